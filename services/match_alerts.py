"""The alert about one match: what it says, and that it is raised once."""

from domain.alerts import AlertDraft, AlertKind
from domain.cases import Case
from domain.matches import severity_of, subject_of
from services.alerts import raise_alert
from services.desk import Deed
from storage import matches as table


async def tell(deed: Deed, case: Case, match_id: int) -> None:
    """Raise the alert of a match as it stands; one match has one alert, or none could decide it."""
    match = await table.find(deed.tx, match_id)
    posted_at = match.posted_at.isoformat() if match.posted_at else ""
    draft = AlertDraft(
        kind=AlertKind.MATCH,
        severity=severity_of(match.verdict.tier, case.is_minor),
        subject=subject_of(match_id),
        dedup_key=f"match:{match_id}:{match.version}",
        case_id=case.id,
        facts=match.verdict.facts()
        | {"number": case.number, "source": match.source, "posted_at": posted_at},
    )
    await table.name_alert(deed.tx, match_id, await raise_alert(deed, draft))

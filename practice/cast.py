"""Who is in the practice world: the centre's people, its channels, its phones and its bots."""

from dataclasses import dataclass, field

TEAM_ID = "T0ANSIM"
OTHER_TEAM_ID = "T0OTHER"

# Not secrets: anybody may know them, and they open nothing but the practice world.
SLACK_BOT_TOKEN = "xoxb-practice"
SLACK_APP_TOKEN = "xapp-practice"
SLACK_USER_TOKEN = "xoxp-practice"
SLACK_BOT_USER = "U0ANSIMBOT"
SLACK_APP_ID = "A0ANSIM"


@dataclass(frozen=True)
class Staff:
    """Somebody with a Slack account."""

    id: str
    name: str
    role: str
    team: str = TEAM_ID
    is_guest: bool = False


@dataclass(frozen=True)
class Channel:
    """A conversation of the workspace; `members` are staff ids (the bot is added)."""

    id: str
    name: str
    members: tuple[str, ...]
    is_private: bool = True
    has_bot: bool = True


@dataclass(frozen=True)
class Phone:
    """Somebody with a Telegram account."""

    id: str
    name: str
    role: str
    number: int
    language: str = "ko"


@dataclass(frozen=True)
class TelegramBot:
    """A bot that exists on the practice Telegram: token, @name and first name."""

    token: str
    username: str
    name: str
    id: int = field(default=0)


STAFF = (
    Staff("U0SUPERVISOR", "한지원", "supervisor"),
    Staff("U0OFFICER1", "서다온", "deletion_officer"),
    Staff("U0OFFICER2", "윤하람", "deletion_officer"),
    Staff("U0MANAGER1", "문가온", "case_manager"),
    Staff("U0MANAGER2", "남이든", "case_manager"),
    Staff("U0COUNSEL1", "도예솔", "counsellor"),
    Staff("U0ONCALL1", "고은별", "on_call"),
    Staff("U0ONCALL2", "진나래", "on_call"),
    Staff("U0NOROLE", "구하늘", "none"),
    Staff("U0GUEST", "외부 손님", "guest", is_guest=True),
    Staff("U0STRANGER", "다른 기관", "stranger", team=OTHER_TEAM_ID),
)
_EVERYONE = tuple(person.id for person in STAFF if person.team == TEAM_ID and not person.is_guest)

CHANNELS = (
    Channel("C0ALERTS", "경보", _EVERYONE),
    Channel(
        "C0DELETION",
        "삭제지원",
        ("U0SUPERVISOR", "U0OFFICER1", "U0OFFICER2", "U0ONCALL1", "U0ONCALL2"),
    ),
    Channel(
        "C0STALKING",
        "스토킹-원스톱",
        ("U0SUPERVISOR", "U0MANAGER1", "U0MANAGER2", "U0COUNSEL1", "U0ONCALL1", "U0ONCALL2"),
    ),
    Channel(
        "C0YOUTH",
        "아동-청소년",
        ("U0SUPERVISOR", "U0OFFICER1", "U0MANAGER2", "U0COUNSEL1", "U0ONCALL1"),
    ),
    Channel("C0GENERAL", "전체", (*_EVERYONE, "U0GUEST"), is_private=False),
    Channel("C0ELSEWHERE", "봇없음", _EVERYONE, is_private=False, has_bot=False),
)

PHONES = (
    Phone("victim1", "하나", "victim", 700000001),
    Phone("victim2", "두리", "victim", 700000002),
    Phone("victim3", "Sam", "victim", 700000003, language="en"),
    Phone("guardian1", "세별", "guardian", 700000004),
    Phone("stranger1", "나그네", "stranger", 700000005),
    Phone("stranger2", "길손", "stranger", 700000006),
)

TELEGRAM_BOTS = (
    TelegramBot("910000001:practice-water", "practice_water_bot", "물 한 잔", 910000001),
    TelegramBot("910000002:practice-words", "practice_words_bot", "오늘의 영단어", 910000002),
    TelegramBot("910000003:practice-hotline", "practice_hotline_bot", "안심 상담 안내", 910000003),
)

# What a bot that lives in this world needs to be told.
FIRST_SUPERVISOR = "U0SUPERVISOR"
ALERT_CHANNEL = "C0ALERTS"
UNIT_CHANNELS = {"deletion": "C0DELETION", "stalking": "C0STALKING", "youth": "C0YOUTH"}
PRIVATE_BOTS = {"water": TELEGRAM_BOTS[0].token, "words": TELEGRAM_BOTS[1].token}
HOTLINE_TOKEN = TELEGRAM_BOTS[2].token

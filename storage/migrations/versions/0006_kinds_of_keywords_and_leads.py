"""Keywords have a kind, and real names an approval; posts that name a case are leads.

Revision 0006, after 0005, made 2026-11-23.
"""

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_KINDS = ("real_name", "handle", "school", "hashtag", "nickname", "other", "excluded")
_STATES = ("new", "confirmed", "dismissed", "merged")
_MOMENT = sqlmodel.sql.sqltypes.UTCDateTime
_TEXT = sqlmodel.sql.sqltypes.AutoString


def upgrade() -> None:
    """What was set so far goes on being sent as it was."""
    with op.batch_alter_table("keyword") as batch_op:
        kind = sa.Enum(*_KINDS, name="keywordkind", native_enum=False, length=40)
        batch_op.add_column(sa.Column("kind", kind, nullable=False, server_default="other"))
        batch_op.add_column(
            sa.Column("approved_by", _TEXT(length=40), nullable=False, server_default="")
        )
        batch_op.add_column(sa.Column("approved_at", _MOMENT(), nullable=True))
    op.create_table(
        "lead",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("page_digest", _TEXT(length=64), nullable=False),
        sa.Column("source", _TEXT(length=60), nullable=False),
        sa.Column("link", sa.LargeBinary(), nullable=False),
        sa.Column("keyword_ids", sa.JSON(), nullable=False),
        sa.Column("ways", sa.JSON(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(*_STATES, name="leadstate", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column("alert_id", sa.Integer(), nullable=True),
        sa.Column("match_id", sa.Integer(), nullable=True),
        sa.Column("posted_at", _MOMENT(), nullable=True),
        sa.Column("found_at", _MOMENT(), nullable=False),
        sa.Column("decided_by", _TEXT(length=40), nullable=False),
        sa.Column("decided_at", _MOMENT(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"], ["victim_case.id"], name=op.f("fk_lead_case_id_victim_case")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lead")),
        sa.UniqueConstraint("case_id", "page_digest", name=op.f("uq_lead_case_id_page_digest")),
    )
    with op.batch_alter_table("lead") as batch_op:
        batch_op.create_index(batch_op.f("ix_lead_case_id"), ["case_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_lead_page_digest"), ["page_digest"], unique=False)
        batch_op.create_index("ix_lead_state", ["state", "id"], unique=False)


def downgrade() -> None:
    """Back to words of one kind; leads are dropped."""
    op.drop_table("lead")
    with op.batch_alter_table("keyword") as batch_op:
        for name in ("approved_at", "approved_by", "kind"):
            batch_op.drop_column(name)

"""Streams say how they fare by themselves, and backlogs what was told of them, so that both are heard of;
sources say why they were not asked.

Revision 0010, after 0009, made 2026-11-29.
"""

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

_TEXT = sqlmodel.sql.sqltypes.AutoString
_MOMENT = sqlmodel.sql.sqltypes.UTCDateTime


def upgrade() -> None:
    """Every stream is noted when it is first seen to be silent."""
    with op.batch_alter_table("source") as batch_op:
        batch_op.add_column(sa.Column("unasked", sa.String(length=40), nullable=True))
    op.create_table(
        "stream",
        sa.Column("name", _TEXT(length=60), nullable=False),
        sa.Column("deaf", sa.String(length=40), nullable=True),
        sa.Column("deaf_since", _MOMENT(), nullable=True),
        sa.Column("told_at", _MOMENT(), nullable=True),
        sa.Column("trouble", sa.String(length=40), nullable=True),
        sa.Column("trouble_detail", _TEXT(length=80), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_stream"),
    )
    op.create_table(
        "backlog",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("since", _MOMENT(), nullable=False),
        sa.Column("told_at", _MOMENT(), nullable=False),
        sa.Column("over_at", _MOMENT(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_backlog"),
    )
    op.create_index("ix_backlog_over_at", "backlog", ["over_at"])


def downgrade() -> None:
    """How streams fared, and what waited, is not known any more."""
    op.drop_table("backlog")
    with op.batch_alter_table("source") as batch_op:
        batch_op.drop_column("unasked")
    op.drop_table("stream")

"""Candidates say when they were only glanced at, so that a thorough look follows.

Revision 0008, after 0007, made 2026-11-28.
"""

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_WAS_GLANCED = sa.text("glanced_at IS NOT NULL")


def upgrade() -> None:
    """What was seen before had its thorough look."""
    with op.batch_alter_table("candidate") as batch_op:
        batch_op.add_column(
            sa.Column("glanced_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True)
        )
        batch_op.create_index(
            "ix_candidate_glanced",
            ["glanced_at"],
            unique=False,
            sqlite_where=_WAS_GLANCED,
            postgresql_where=_WAS_GLANCED,
        )


def downgrade() -> None:
    """Without the moment no thorough look follows."""
    with op.batch_alter_table("candidate") as batch_op:
        batch_op.drop_index("ix_candidate_glanced")
        batch_op.drop_column("glanced_at")

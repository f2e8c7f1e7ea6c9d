"""Media that is still listed is looked at again; why looks gave nothing is counted.

Revision 0005, after 0004, made 2026-11-28.
"""

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_HAS_NOTE = sa.text("note != ''")


def upgrade() -> None:
    """What was examined so far is due as soon as it is listed again."""
    with op.batch_alter_table("candidate") as batch_op:
        batch_op.add_column(
            sa.Column("recheck_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True)
        )
    op.create_index(
        "ix_candidate_note",
        "candidate",
        ["source", "note"],
        sqlite_where=_HAS_NOTE,
        postgresql_where=_HAS_NOTE,
    )
    op.execute("UPDATE candidate SET recheck_at = examined_at")


def downgrade() -> None:
    """Nothing is looked at twice."""
    op.drop_index("ix_candidate_note", table_name="candidate")
    with op.batch_alter_table("candidate") as batch_op:
        batch_op.drop_column("recheck_at")

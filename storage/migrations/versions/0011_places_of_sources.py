"""Sources say which address their cursors belong to, so that another begins anew.

Revision 0011, after 0010, made 2026-11-29.
"""

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Until now nobody wrote it down: the cursors that are there count for where each source is."""
    with op.batch_alter_table("source") as batch_op:
        batch_op.add_column(
            sa.Column(
                "place",
                sqlmodel.sql.sqltypes.AutoString(length=64),
                nullable=False,
                server_default="",
            )
        )
    with op.batch_alter_table("source") as batch_op:
        batch_op.alter_column("place", server_default=None)


def downgrade() -> None:
    """A source whose address changes goes on where the old one stood, as before."""
    with op.batch_alter_table("source") as batch_op:
        batch_op.drop_column("place")

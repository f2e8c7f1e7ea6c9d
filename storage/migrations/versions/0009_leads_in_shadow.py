"""Leads say which source found them in shadow mode, so that all is counted there and nobody is told.

Revision 0009, after 0008, made 2026-11-29.
"""

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Until now sources in shadow wrote none."""
    with op.batch_alter_table("lead") as batch_op:
        batch_op.add_column(
            sa.Column(
                "shadow_source",
                sqlmodel.sql.sqltypes.AutoString(length=60),
                nullable=False,
                server_default="",
            )
        )
    with op.batch_alter_table("lead") as batch_op:
        batch_op.alter_column("shadow_source", server_default=None)


def downgrade() -> None:
    """What was found in shadow is told of nowhere, and would be shown: it goes."""
    op.execute("DELETE FROM lead WHERE shadow_source != ''")
    with op.batch_alter_table("lead") as batch_op:
        batch_op.drop_column("shadow_source")

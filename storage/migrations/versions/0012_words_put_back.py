"""Words that failed stand behind the others until one is answered.

Revision 0012, after 0011, made 2026-11-29.
"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """No word stands behind others yet."""
    with op.batch_alter_table("term") as batch_op:
        batch_op.add_column(
            sa.Column("is_put_back", sa.Boolean(), nullable=False, server_default=sa.false())
        )
    with op.batch_alter_table("term") as batch_op:
        batch_op.alter_column("is_put_back", server_default=None)


def downgrade() -> None:
    """A word that always fails comes first each time, as before."""
    with op.batch_alter_table("term") as batch_op:
        batch_op.drop_column("is_put_back")

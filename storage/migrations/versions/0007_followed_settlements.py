"""Candidates say in which transaction they were settled, so that other processes can follow.

Revision 0007, after 0006, made 2026-11-28.
"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """What was settled before is read by its id at a start, and needs no number."""
    with op.batch_alter_table("candidate") as batch_op:
        batch_op.add_column(sa.Column("settled_in", sa.BigInteger(), nullable=True))
        batch_op.create_index("ix_candidate_settled", ["settled_in"], unique=False)


def downgrade() -> None:
    """Without the number nobody follows."""
    with op.batch_alter_table("candidate") as batch_op:
        batch_op.drop_index("ix_candidate_settled")
        batch_op.drop_column("settled_in")

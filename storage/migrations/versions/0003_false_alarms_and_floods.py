"""Matches count what they silence and may be held back; changes say whether to look back on them.

Revision 0003, after 0002, made 2026-11-23.
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing was held back or silenced so far, and every change was looked back on."""
    with op.batch_alter_table("fingerprint") as batch_op:
        batch_op.add_column(sa.Column("notice", sa.Integer(), nullable=True))
    with op.batch_alter_table("fingerprint_change") as batch_op:
        batch_op.add_column(_flag("is_looked_back", sa.true()))
    with op.batch_alter_table("match") as batch_op:
        batch_op.add_column(sa.Column("candidate_id", sa.Integer(), nullable=True))
        batch_op.add_column(_flag("is_held", sa.false()))
        batch_op.add_column(sa.Column("silenced", sa.Integer(), nullable=False, server_default="0"))
        batch_op.drop_constraint("uq_match_fingerprint_id_sighting_id", type_="unique")
        batch_op.create_unique_constraint(
            "uq_match_fingerprint_id_sighting_id_candidate_id",
            ["fingerprint_id", "sighting_id", "candidate_id"],
        )


def _flag(name: str, default: sa.ColumnElement[bool]) -> sa.Column[bool]:
    return sa.Column(name, sa.Boolean(), nullable=False, server_default=default)


def downgrade() -> None:
    """Back to one match for a page; a database that has two keeps the newer tables."""
    with op.batch_alter_table("match") as batch_op:
        batch_op.drop_constraint("uq_match_fingerprint_id_sighting_id_candidate_id", type_="unique")
        batch_op.create_unique_constraint(
            "uq_match_fingerprint_id_sighting_id", ["fingerprint_id", "sighting_id"]
        )
        for name in ("silenced", "is_held", "candidate_id"):
            batch_op.drop_column(name)
    with op.batch_alter_table("fingerprint_change") as batch_op:
        batch_op.drop_column("is_looked_back")
    with op.batch_alter_table("fingerprint") as batch_op:
        batch_op.drop_column("notice")

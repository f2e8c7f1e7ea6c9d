"""Fingerprints keep their variants, points and a quarantine; matches what they were found by.

Revision 0002, after 0001, made 2026-11-23.
"""

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Every fingerprint so far is a picture's, and every match so far has nothing more to tell."""
    with op.batch_alter_table("fingerprint") as batch_op:
        kind = sa.Enum("image", "video", name="kind", native_enum=False, length=40)
        batch_op.add_column(sa.Column("kind", kind, nullable=False, server_default="image"))
        batch_op.add_column(sa.Column("variants", sa.LargeBinary(), nullable=True))
        batch_op.add_column(sa.Column("points", sa.LargeBinary(), nullable=True))
        for name in ("quarantined_at", "released_at"):
            moment = sqlmodel.sql.sqltypes.UTCDateTime()
            batch_op.add_column(sa.Column(name, moment, nullable=True))
    with op.batch_alter_table("match") as batch_op:
        batch_op.add_column(sa.Column("details", sa.JSON(), nullable=False, server_default="{}"))
        batch_op.add_column(sa.Column("picture", sa.LargeBinary(), nullable=True))


def downgrade() -> None:
    """Back to hashes of whole pictures alone."""
    with op.batch_alter_table("match") as batch_op:
        for name in ("picture", "details"):
            batch_op.drop_column(name)
    with op.batch_alter_table("fingerprint") as batch_op:
        for name in ("released_at", "quarantined_at", "points", "variants", "kind"):
            batch_op.drop_column(name)

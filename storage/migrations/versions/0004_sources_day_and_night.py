"""Sources have a pace, a budget, a breaker, streams, gaps and shadow mode, and staff add some themselves.

Revision 0004, after 0003, made 2026-11-28.
"""

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Every source is due at once, and nothing was found in shadow so far."""
    op.create_table(
        "added_source",
        sa.Column("name", sqlmodel.sql.sqltypes.AutoString(length=60), nullable=False),
        sa.Column("kind", sqlmodel.sql.sqltypes.AutoString(length=30), nullable=False),
        sa.Column("url", sqlmodel.sql.sqltypes.AutoString(length=2000), nullable=False),
        sa.Column("every_s", sa.Float(), nullable=False),
        sa.Column("tags", sa.JSON(), nullable=False),
        sa.Column("added_by", sqlmodel.sql.sqltypes.AutoString(length=40), nullable=False),
        sa.Column("added_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_added_source")),
    )
    op.create_table(
        "source_trial",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("source", sqlmodel.sql.sqltypes.AutoString(length=60), nullable=False),
        sa.Column("asked_by", sqlmodel.sql.sqltypes.AutoString(length=40), nullable=False),
        sa.Column("channel", sqlmodel.sql.sqltypes.AutoString(length=40), nullable=False),
        sa.Column("language", sqlmodel.sql.sqltypes.AutoString(length=8), nullable=False),
        sa.Column("asked_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("done_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_source_trial")),
    )
    with op.batch_alter_table("source_trial", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_source_trial_done_at"), ["done_at"], unique=False)

    op.create_table(
        "shadow_verdict",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("candidate_id", sa.Integer(), nullable=False),
        sa.Column("fingerprint_id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("in_force", sqlmodel.sql.sqltypes.AutoString(length=1), nullable=False),
        sa.Column("on_trial", sqlmodel.sql.sqltypes.AutoString(length=1), nullable=False),
        sa.Column("found_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"], ["victim_case.id"], name=op.f("fk_shadow_verdict_case_id_victim_case")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shadow_verdict")),
        sa.UniqueConstraint(
            "candidate_id",
            "fingerprint_id",
            name=op.f("uq_shadow_verdict_candidate_id_fingerprint_id"),
        ),
    )
    op.create_index("ix_shadow_verdict_case_id", "shadow_verdict", ["case_id"], unique=False)
    op.create_table(
        "sweep_run",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("sources", sa.JSON(), nullable=False),
        sa.Column("number", sqlmodel.sql.sqltypes.AutoString(length=20), nullable=False),
        sa.Column("channel", sqlmodel.sql.sqltypes.AutoString(length=40), nullable=False),
        sa.Column("asked_by", sqlmodel.sql.sqltypes.AutoString(length=40), nullable=False),
        sa.Column("language", sqlmodel.sql.sqltypes.AutoString(length=8), nullable=False),
        sa.Column("began_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("matched", sa.Integer(), nullable=False),
        sa.Column("told", sa.JSON(), nullable=False),
        sa.Column("ended_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sweep_run")),
    )
    with op.batch_alter_table("sweep_run", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_sweep_run_ended_at"), ["ended_at"], unique=False)

    op.create_table(
        "term",
        sa.Column("source", sqlmodel.sql.sqltypes.AutoString(length=60), nullable=False),
        sa.Column("key", sqlmodel.sql.sqltypes.AutoString(length=64), nullable=False),
        sa.Column("asked_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.Column("per_hour", sa.Float(), nullable=False),
        sa.Column("hot_until", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("source", "key", name=op.f("pk_term")),
    )
    with op.batch_alter_table("candidate", schema=None) as batch_op:
        batch_op.add_column(sa.Column("priority", sa.Integer(), nullable=False, server_default="0"))
        batch_op.create_index("ix_candidate_urgent", ["state", "priority", "id"], unique=False)

    with op.batch_alter_table("match", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column(
                "shadow_source",
                sqlmodel.sql.sqltypes.AutoString(length=60),
                nullable=False,
                server_default="",
            )
        )

    with op.batch_alter_table("source", schema=None) as batch_op:
        batch_op.add_column(sa.Column("due_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True))
        batch_op.add_column(
            sa.Column("hot_until", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True)
        )
        batch_op.add_column(
            sa.Column("rests_until", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True)
        )
        batch_op.add_column(
            sa.Column(
                "breaker",
                sa.Enum(
                    "closed", "open", "half_open", name="breakerstate", native_enum=False, length=40
                ),
                nullable=False,
                server_default="closed",
            )
        )
        batch_op.add_column(
            sa.Column("failed_in_row", sa.Integer(), nullable=False, server_default="0")
        )
        batch_op.add_column(sa.Column("trips", sa.Integer(), nullable=False, server_default="0"))
        batch_op.add_column(sa.Column("spent", sa.Integer(), nullable=False, server_default="0"))
        batch_op.add_column(
            sa.Column("spent_since", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True)
        )
        batch_op.add_column(
            sa.Column("last_item_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True)
        )
        batch_op.add_column(
            sa.Column("stream_cursor", sa.JSON(), nullable=False, server_default="{}")
        )
        batch_op.add_column(
            sa.Column("streamed_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True)
        )
        batch_op.add_column(sa.Column("gap", sa.JSON(), nullable=False, server_default="[]"))
        batch_op.add_column(sa.Column("gap_cursor", sa.JSON(), nullable=False, server_default="{}"))
        batch_op.add_column(
            sa.Column("shadow_since", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True)
        )
        batch_op.add_column(
            sa.Column("shadow_ended_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True)
        )
        batch_op.add_column(
            sa.Column("approved_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True)
        )
        batch_op.add_column(
            sa.Column(
                "approved_by",
                sqlmodel.sql.sqltypes.AutoString(length=40),
                nullable=False,
                server_default="",
            )
        )
        batch_op.add_column(
            sa.Column(
                "approved_on",
                sqlmodel.sql.sqltypes.AutoString(length=200),
                nullable=False,
                server_default="",
            )
        )
        batch_op.add_column(
            sa.Column("began_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True)
        )


def downgrade() -> None:
    """Back to one pace for every source; those that staff added are forgotten."""
    with op.batch_alter_table("source", schema=None) as batch_op:
        batch_op.drop_column("began_at")
        batch_op.drop_column("approved_on")
        batch_op.drop_column("approved_by")
        batch_op.drop_column("approved_at")
        batch_op.drop_column("shadow_ended_at")
        batch_op.drop_column("shadow_since")
        batch_op.drop_column("gap_cursor")
        batch_op.drop_column("gap")
        batch_op.drop_column("streamed_at")
        batch_op.drop_column("stream_cursor")
        batch_op.drop_column("last_item_at")
        batch_op.drop_column("spent_since")
        batch_op.drop_column("spent")
        batch_op.drop_column("trips")
        batch_op.drop_column("failed_in_row")
        batch_op.drop_column("breaker")
        batch_op.drop_column("rests_until")
        batch_op.drop_column("hot_until")
        batch_op.drop_column("due_at")

    with op.batch_alter_table("match", schema=None) as batch_op:
        batch_op.drop_column("shadow_source")

    with op.batch_alter_table("candidate", schema=None) as batch_op:
        batch_op.drop_index("ix_candidate_urgent")
        batch_op.drop_column("priority")

    op.drop_table("shadow_verdict")
    op.drop_table("term")
    with op.batch_alter_table("sweep_run", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_sweep_run_ended_at"))

    op.drop_table("sweep_run")
    with op.batch_alter_table("source_trial", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_source_trial_done_at"))

    op.drop_table("source_trial")
    op.drop_table("added_source")

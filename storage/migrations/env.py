"""Alembic's entry: runs the steps on the connection that storage.migrate hands over."""

from alembic import context

from storage.migrate import METADATA

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=METADATA,
    render_as_batch=True,
    compare_type=True,
)
with context.begin_transaction():
    context.run_migrations()

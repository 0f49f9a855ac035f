"""Runs the migrations on the connection that `groupmatch.database.upgrade` hands over."""

from alembic import context

from groupmatch.database.types import Record

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Record.metadata,
    # SQLite can alter little in place: batches rebuild the table instead.
    render_as_batch=True,
    # Both databases roll schema changes back; Alembic assumes that SQLite does not.
    transactional_ddl=True,
    compare_type=True,
)
with context.begin_transaction():
    context.run_migrations()

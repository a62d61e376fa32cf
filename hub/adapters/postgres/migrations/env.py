"""Alembic's entry: runs on the connection that `migrate` opened."""

from alembic import context

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=None,
    version_table="alembic_version",
    version_table_schema="touchline_store",
)
with context.begin_transaction():
    context.run_migrations()

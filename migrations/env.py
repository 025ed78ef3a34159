"""Alembic runs this for every migration. The connection comes from the caller; nothing is read from the environment."""

from alembic import context

from compliance.store.tables import metadata

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=metadata,
    render_as_batch=True,
    compare_type=True,
    transaction_per_migration=False,
)
if connection.dialect.name == "postgresql":
    connection.exec_driver_sql("SET LOCAL lock_timeout = '5s'")
with context.begin_transaction():
    context.run_migrations()

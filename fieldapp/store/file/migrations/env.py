"""Alembic's environment: runs on the connection that `fieldapp.store.file.migrate` hands over."""

from alembic import context

from fieldapp.store.schema import schema

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=schema(),
    render_as_batch=True,
    transactional_ddl=False,  # the caller's transaction is the transaction
)
context.run_migrations()

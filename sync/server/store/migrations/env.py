"""Runs the revisions on the connection that `sync.server.store.migrate` passes in."""

from __future__ import annotations

from alembic import context

from sync.server.store.tables import server_metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=server_metadata(),
    render_as_batch=True,
)
with context.begin_transaction():
    context.run_migrations()

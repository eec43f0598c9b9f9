"""The race: many writers push at once while others pull, and nobody may miss a row.

The server's own service runs in several processes on one PostgreSQL. A cursor on a plain sequence
loses rows there (9 to 21 % under 8 writers); the same judge watches a server with that bug, so that
it is known that it would see one."""

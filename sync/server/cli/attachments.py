"""`fieldapp-server drop-damaged`: contents of papers that are not whole make room for good ones."""

from __future__ import annotations

from sync.server.attachments.contents import drop_faulty
from sync.server.cli.parts import AsJson, Data, Database, opened, print_answer


def drop_damaged_command(
    database: Database = None, data: Data = None, as_json: AsJson = False
) -> None:
    """Drop scans of papers that `verify` calls missing or damaged: laptops hand them in again."""
    with opened(database, data) as admin:
        safe = admin.service.safe
        dropped = admin.service.database.in_write(lambda c: drop_faulty(c, safe))
    print_answer({"dropped": dropped}, as_json=as_json)

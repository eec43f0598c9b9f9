"""The protocol: every message between a laptop and the server, and how its body is proved whole.

Bodies are JSON, gzip on the wire. A body counts only if it is of our media type, speaks our version
and its digest is right: a captive portal's page with status 200, a cut body and a proxy's rewriting
change nothing. `SyncProtocol` lists the calls; the client's transport and the server's service both
implement it, so that neither can drift.
"""

from sync.protocol.bodies import BrokenBody, Problem, digest, pack, unpack
from sync.protocol.calls import CALLS, Calls, SyncProtocol
from sync.protocol.limits import (
    BODY_LIMIT,
    DEEPEST_PREFIX,
    DIGEST_HEADER,
    MEDIA_TYPE,
    MOST_HELD,
    MOST_NAMED,
    MOST_POINTS,
    PAGE_BYTES,
    PROTOCOL_VERSION,
    PUSH_BYTES,
    VERSION_HEADER,
)
from sync.protocol.meeting import (
    Grant,
    Greeting,
    Handshake,
    Head,
    Lease,
    Mark,
    ParcelKeys,
    SignedIn,
    SignIn,
)
from sync.protocol.outcomes import conflict_to_wire, outcome_bytes
from sync.protocol.reunion import Look, Meet, Met, Offer, OfferedEntry, Recall, Recalled, Wanted
from sync.protocol.rows import CountParts, FetchRows, Part, Parts, Rows, WireRow
from sync.protocol.work import (
    Answer,
    Answers,
    Carried,
    Farewell,
    Farewelled,
    Page,
    PageEntry,
    Proof,
    Pull,
    Push,
    page_is_a_run,
)

__all__ = [
    "BODY_LIMIT",
    "CALLS",
    "DEEPEST_PREFIX",
    "DIGEST_HEADER",
    "MEDIA_TYPE",
    "MOST_HELD",
    "MOST_NAMED",
    "MOST_POINTS",
    "PAGE_BYTES",
    "PROTOCOL_VERSION",
    "PUSH_BYTES",
    "VERSION_HEADER",
    "Answer",
    "Answers",
    "BrokenBody",
    "Calls",
    "Carried",
    "CountParts",
    "Farewell",
    "Farewelled",
    "FetchRows",
    "Grant",
    "Greeting",
    "Handshake",
    "Head",
    "Lease",
    "Look",
    "Mark",
    "Meet",
    "Met",
    "Offer",
    "OfferedEntry",
    "Page",
    "PageEntry",
    "ParcelKeys",
    "Part",
    "Parts",
    "Problem",
    "Proof",
    "Pull",
    "Push",
    "Recall",
    "Recalled",
    "Rows",
    "SignIn",
    "SignedIn",
    "SyncProtocol",
    "Wanted",
    "WireRow",
    "conflict_to_wire",
    "digest",
    "outcome_bytes",
    "pack",
    "page_is_a_run",
    "unpack",
]

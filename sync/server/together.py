"""Several calls of one laptop that travelled together, done one after the other."""

from __future__ import annotations

from dataclasses import replace

from sync.protocol import (
    MOST_TOGETHER,
    Answers,
    Exchange,
    Exchanged,
    Greeting,
    Page,
    SyncProtocol,
)
from sync.server.refusals import Refused
from sync.server.wardlog.pages import page_bytes


def exchanged(session: SyncProtocol, request: Exchange) -> Exchanged:
    """Does them in their order, each as if it had come alone.

    Raises:
        Refused: what the first of them is refused with. A later one that is refused ends the rest
            without a word: asked alone it hears why.
    """
    if len(request.pushes) > MOST_TOGETHER or len(request.pulls) > MOST_TOGETHER:
        raise Refused("server.batch_too_large", 413)
    greeting: Greeting | None = None
    answers: list[Answers] = []
    pages: list[Page] = []
    try:
        if request.greet is not None:
            greeting = session.greet(request.greet)
        for push in request.pushes:
            answers.append(session.push(push))
        _pull(session, request, pages)
    except Refused:
        if greeting is None and not answers and not pages:
            raise
    return Exchanged(greeting, tuple(answers), tuple(pages))


def _pull(session: SyncProtocol, request: Exchange, pages: list[Page]) -> None:
    room = request.limit_bytes
    for pull in request.pulls:
        if room <= 0:
            return
        page = session.pull(replace(pull, limit_bytes=min(pull.limit_bytes, room)))
        if page.count:
            room -= page_bytes(page)
            pages.append(page)

"""What the papers of a household look like, as plain values. No Qt, no store."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from fieldapp.model.papers import KINDS
from fieldapp.rules.attachments import PDF
from fieldapp.words.format import number
from ui.say import Teller
from ui.widgets import Row

if TYPE_CHECKING:
    from fieldapp.usecases.households.papers import PaperRow

ICON = "paperclip"


@dataclass(frozen=True)
class PaperShown:
    """One paper in the band: what it is, who added it, what can be done, and what is wrong."""

    title: str
    about: str
    size: str
    trouble: str
    can_remove: bool


def paper_rows(papers: tuple[PaperRow, ...], teller: Teller) -> list[Row]:
    """The rows below the tab."""
    return [
        Row(
            key=paper.paper,
            time=teller.when(paper.added_at),
            icon=ICON,
            title=title_of(paper, teller),
            note=paper.by,
            state=paper.state,
        )
        for paper in papers
    ]


def paper_shown(paper: PaperRow, teller: Teller, *, mine: bool) -> PaperShown:
    """A paper that was opened; `mine`: the user may take it away."""
    say = teller.say
    about = say("papers.added_by", name=paper.by, when=teller.when(paper.added_at))
    known = f"papers.refused_{paper.reason}"
    wrong = known if teller.words.knows(known) else "papers.refused_other"
    waits = say("papers.waits_here") if paper.state == "on_device" else ""
    return PaperShown(
        title_of(paper, teller),
        about,
        size_text(paper.size, pdf=paper.media == PDF),
        say(wrong) if paper.reason else waits,
        mine,
    )


def title_of(paper: PaperRow, teller: Teller) -> str:
    """What a paper is, of whom."""
    what = paper.title or teller.say(f"papers.kind_{paper.kind}" if paper.kind in KINDS else OTHER)
    return f"{what}, {paper.person}" if paper.person else what


OTHER = "papers.kind_other"


def kind_choices(teller: Teller) -> list[tuple[str, str]]:
    """The kinds that one chooses from."""
    return [(kind, teller.say(f"papers.kind_{kind}")) for kind in KINDS]


def size_text(size: int, *, pdf: bool = False) -> str:
    """How large a scan is: JPG, 312 KB."""
    return f"{'PDF' if pdf else 'JPG'}, {number(max(1, size // 1_000))} KB"

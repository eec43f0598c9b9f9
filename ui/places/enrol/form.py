"""What the user has filled in on the enrolment page. Pure values: no Qt, no store."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from fieldapp.rules.people.signature import Stroke, strokes_in

VSI_MONTHS = (1, 3, 6, 12)
"""Terms that the page offers for voluntary social insurance (Luật 41/2024 Điều 36)."""
VSI_YEARS = (2, 3, 4, 5)
"""Years that may be paid ahead at once (NĐ159/2025 Điều 6)."""
USUAL_VSI_MONTHS = 6


@dataclass(frozen=True)
class VsiPick:
    """One person's voluntary social insurance: chosen monthly income in đồng, and months."""

    person: str
    income_dong: int
    months: int = USUAL_VSI_MONTHS
    missing: int = 0
    """Months missing for a pension, to be tried out only; 0: not asked."""

    @property
    def ahead(self) -> bool:
        """Whether years are paid ahead: nothing else has more months than a year."""
        return self.months > max(VSI_MONTHS)


@dataclass(frozen=True)
class EnrolForm:
    """The form. `hhi` in the order in which the household declares its members; `consent` is
    empty until it is recorded as `spoken`, `signed` (with `signature`) or `paper`."""

    hhi: tuple[str, ...] = ()
    months: int = 12
    vsi: tuple[VsiPick, ...] = ()
    method: str = "cash"
    payer: str = ""
    consent: str = ""
    signature: tuple[Stroke, ...] = ()

    def toggled_hhi(self, person: str, order: Sequence[str]) -> EnrolForm:
        """A member ticked or unticked; the order of the household is kept."""
        chosen = set(self.hhi) ^ {person}
        return replace(self, hhi=tuple(key for key in order if key in chosen))

    def toggled_vsi(self, person: str, income_dong: int) -> EnrolForm:
        """A person's social insurance ticked with this income, or unticked."""
        kept = tuple(pick for pick in self.vsi if pick.person != person)
        if len(kept) == len(self.vsi):
            kept += (VsiPick(person, income_dong),)
        return replace(self, vsi=kept)

    def with_vsi(self, changed: VsiPick) -> EnrolForm:
        """Another income or number of months for a person who is ticked."""
        picks = tuple(changed if pick.person == changed.person else pick for pick in self.vsi)
        return replace(self, vsi=picks)

    def pick_of(self, person: str) -> VsiPick | None:
        """What is chosen for a person's social insurance, None if nothing is."""
        return next((pick for pick in self.vsi if pick.person == person), None)

    def is_empty(self) -> bool:
        """Whether nobody is chosen."""
        return not self.hhi and not self.vsi

    def limited_to(self, hhi: Sequence[str], vsi: Sequence[str]) -> EnrolForm:
        """The form without people who can't join any more (a draft may be days old)."""
        return replace(
            self,
            hhi=tuple(key for key in hhi if key in self.hhi),
            vsi=tuple(pick for pick in self.vsi if pick.person in vsi),
        )


def to_draft(form: EnrolForm) -> dict[str, Any]:
    """The form as a draft is kept."""
    return asdict(form)


def from_draft(content: Any) -> EnrolForm | None:
    """The form of a kept draft; None for one that cannot be read (an older program wrote it)."""
    if not isinstance(content, Mapping):
        return None
    try:
        picks = tuple(VsiPick(**pick) for pick in content["vsi"])
        rest = {name: content[name] for name in ("months", "method", "payer", "consent")}
        signature = strokes_in(content.get("signature"))
        if rest["consent"] == "signed" and not signature:  # an older program: it was on paper
            rest["consent"] = "paper"
        return EnrolForm(hhi=tuple(content["hhi"]), vsi=picks, signature=signature, **rest)
    except (KeyError, TypeError):
        return None


def read_amount(text: str) -> int | None:
    """The đồng that a person typed (`1.500.000`, `1500000 đ`); None for anything else."""
    plain = "".join(sign for sign in text if sign not in " .,\u00a0đĐ")
    return int(plain) if plain.isascii() and plain.isdigit() else None

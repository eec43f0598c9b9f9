"""What persons declare, as PDF: TK1-TS (2023 with the household's annex, 2026) and Mẫu 2 (2026).

A form is always Vietnamese; what is not known is a dotted line to fill in by hand.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from reportlab.pdfgen.canvas import Canvas

from fieldapp.errors import UserMends
from fieldapp.reports.files import whole_file
from fieldapp.reports.forms.annex import MEMBER, write_annex
from fieldapp.reports.forms.content import AddressContent, Declaration
from fieldapp.reports.forms.declaration_paper import DeclarationPaper
from fieldapp.reports.forms.layouts import PaperLayout, broken, paper_layout
from fieldapp.reports.forms.values import sex_of
from fieldapp.reports.texts import one_line
from fieldapp.rules.official_lists.forms import form_row, instead_of, number_of_form
from fieldapp.words import Words
from fieldapp.words.format import long_date, money

VIETNAM = "việt nam"


def write_declarations(path: Path, declarations: Sequence[Declaration], *, form: str) -> None:
    """Writes a form for each declaration, in the generation of its own date, one after the other.

    Raises UserMends `forms.no_declarations` for none, `forms.other_form` where the scheme has
    another form on that day (TK1-TS is that of VSI alone from 2026-05-01, HHI takes Mẫu 2), and as
    `rules.forms.form_row` and `whole_file` do; DefectFound `forms.layout_broken`. No file is left.
    """
    if not declarations:
        raise UserMends("forms.no_declarations", field="declarations")
    layouts = [_layout(form, declaration) for declaration in declarations]
    with whole_file(path) as part, part.open("wb") as file:
        canvas = Canvas(file, invariant=1)
        canvas.setTitle(layouts[0].number)
        for layout, declaration in zip(layouts, declarations, strict=True):
            _write(canvas, layout, declaration)
        canvas.save()


def _layout(form: str, declaration: Declaration) -> PaperLayout:
    row = form_row(form, declaration.declared_on)
    layout = paper_layout(row)
    if declaration.scheme not in layout.schemes:
        others = ", ".join(number_of_form(other) for other in instead_of(row))
        raise UserMends(
            "forms.other_form",
            field="form",
            form=layout.number,
            day=declaration.declared_on,
            instead=others,
        )
    for field in layout.every_field():
        for name in field.names():
            if name not in VALUES:
                raise broken(form, name)
    for column in layout.columns:
        if column.value not in MEMBER:
            raise broken(form, column.value)
    return layout


def _write(canvas: Canvas, layout: PaperLayout, declaration: Declaration) -> None:
    words = Words("vi")
    said = {name: one_line(of(declaration, words)) for name, of in VALUES.items()}
    said[""] = ""
    paper = DeclarationPaper(canvas, layout, said, words)
    paper.signature = declaration.signature
    paper.write(declaration.declared_on)
    if layout.annex and declaration.members:
        write_annex(paper, declaration.members, declaration.declared_on)


# --- what the fields name ------------------------------------------------------------------------


def is_foreigner(nationality: str) -> bool:
    """Whether a nationality is another than Vietnamese; one that is not known is not."""
    return one_line(nationality).casefold() not in ("", VIETNAM)


def _ethnic(declaration: Declaration, for_foreigners: str) -> str:
    person = declaration.person
    return for_foreigners if is_foreigner(person.nationality) else person.ethnic_group


def _birth_ward(place: AddressContent) -> str:
    """The ward, with what is known before it: a birth place is often one line of text."""
    return AddressContent(place.house, place.ward).whole


def _paper_address(declaration: Declaration) -> AddressContent:
    """Where the paper goes; nowhere if none is wanted."""
    wanted = declaration.person.paper_result
    return declaration.household.address if wanted else AddressContent()


def _income(declaration: Declaration, words: Words) -> str:
    dong = declaration.income_dong
    return "" if dong is None else words.say("forms.income", dong=money(dong))


def _method(declaration: Declaration, words: Words) -> str:
    """How it is paid, by the codes of `SocialLine.method`; other words stand as they are."""
    method, months = declaration.method, declaration.months
    if method == "periodic" and months == 1:
        return words.say("forms.method_monthly")
    key = f"forms.method_{method}"
    return words.say(key, months=months or "") if words.knows(key) else method


def _annex(declaration: Declaration, words: Words) -> str:
    count = len(declaration.members)
    return words.say("forms.annex_members", n=count) if count else ""


def _participant(declaration: Declaration, words: Words) -> str:
    return words.say("forms.participant_vsi") if declaration.scheme == "vsi" else ""


def _tick(ticked: bool) -> str:
    return "x" if ticked else ""


Said = Callable[[Declaration, Words], str]

VALUES: Mapping[str, Said] = {
    "": lambda d, w: "",
    "full_name": lambda d, w: d.person.full_name,
    "capitals": lambda d, w: d.person.full_name.upper(),
    "sex": lambda d, w: sex_of(d.person, w),
    "born_on": lambda d, w: long_date(d.person.born_on) if d.person.born_on else "",
    "id_number": lambda d, w: d.person.id_number,
    "si_number": lambda d, w: d.person.si_number,
    "ethnic_group": lambda d, w: d.person.ethnic_group,
    "ethnic_or_foreign": lambda d, w: _ethnic(d, w.say("forms.foreign")),
    "ethnic_or_blank": lambda d, w: _ethnic(d, ""),
    "nationality": lambda d, w: d.person.nationality,
    "phone": lambda d, w: d.person.phone,
    "email": lambda d, w: d.person.email,
    "facility": lambda d, w: d.person.facility if d.scheme == "hhi" else "",
    "birth_ward": lambda d, w: _birth_ward(d.person.birth_place),
    "birth_district": lambda d, w: d.person.birth_place.district,
    "birth_province": lambda d, w: d.person.birth_place.province,
    "house": lambda d, w: d.household.address.house,
    "ward": lambda d, w: d.household.address.ward,
    "district": lambda d, w: d.household.address.district,
    "province": lambda d, w: d.household.address.province,
    "paper_house": lambda d, w: _paper_address(d).house,
    "paper_ward": lambda d, w: _paper_address(d).ward,
    "paper_province": lambda d, w: _paper_address(d).province,
    "electronic": lambda d, w: _tick(not d.person.paper_result),
    "paper": lambda d, w: _tick(d.person.paper_result),
    "income": _income,
    "method": _method,
    "participant": _participant,
    "annex": _annex,
    "request": lambda d, w: d.request,
    "papers": lambda d, w: d.papers,
    "head_name": lambda d, w: d.household.head_name,
    "household_code": lambda d, w: d.household.household_code,
    "household_phone": lambda d, w: d.household.phone,
}
"""Fields of TK1-TS and Mẫu 2. The facility is health insurance's alone (TK1-TS [09])."""

"""What each dated table is made of: its keys, its columns, and what their values may be.

A table that is added to `fieldapp/data` is declared here; one that is not declared can't be
replaced by the server, and a test says so.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from fieldapp.rules.tables.columns import (
    Column,
    choice,
    count,
    counts,
    flag,
    lines_of,
    may_lack,
    money,
    parts,
    percent,
    percents,
    size,
    text,
    texts,
)
from fieldapp.rules.tables.rows import CONFIDENCES


@dataclass(frozen=True)
class Refers:
    """A column (or the key) whose values are keys of another table, or of one of several.

    `when` says on which day they must be in force there: `ever`, `from` (the row's first day), or
    `after` (the day after its last). A row that has not ended has no day after.
    """

    column: str
    tables: tuple[str, ...]
    when: str = "ever"


@dataclass(frozen=True)
class Shape:
    """What a table is made of.

    Attributes:
        columns: its columns, beside those that every table has.
        keys: a pattern for its keys; "" for a table of one value, which has no key.
        as_shipped: the program speaks of its keys by name, so a table that replaces the shipped one
            must have just these, each from the same first day at the latest.
        may_end: a key may go out of force without a row after it.
        may_rest: and may come back later (a code that is given anew).
        may_be_empty: no row at all is a table too.
        refers: its columns that name keys of other tables.
        ended_need: a column that a row with an end must not leave empty.
    """

    columns: Mapping[str, Column]
    keys: str = ""
    as_shipped: bool = False
    may_end: bool = False
    may_rest: bool = False
    may_be_empty: bool = False
    refers: tuple[Refers, ...] = ()
    ended_need: str = ""


ARTICLE = {
    "article": may_lack(text()),
    "article_open": flag(),
    "article_confidence": may_lack(choice(*CONFIDENCES)),
}
"""Of what a quote goes by: law and article ("NĐ146/2018 Điều 7.1e"), or that nobody has seen which
article it is; and how sure the article is where it is less so than the row."""
ANY_TEXT = r"(?s).*"
WARD_CODE, DISTRICT_CODE, PROVINCE_CODE = r"\d{5}", r"\d{3}", r"\d{2}"
GROUP = r"[a-z][a-z0-9_]*"
AGE = count(0, 150)
FORM_COLUMN = {name: text(ANY_TEXT) for name in ("no", "head", "value")} | {
    "width": size(),
    "group": may_lack(text(ANY_TEXT)),
    "over": may_lack(text(ANY_TEXT)),
    "sum": flag(),
}
FORM_FIELD = {name: may_lack(text(ANY_TEXT)) for name in ("no", "label", "value", "heading")} | {
    "part": may_lack(size()),
    "lines": may_lack(count(1, 50)),
    "ticks": may_lack(Column("fault_parts", lambda v: _are_pairs(v))),
}
FORM_SECTION = {name: may_lack(text(ANY_TEXT)) for name in ("no", "text")} | {
    "lines": flag(),
    "total": flag(),
}


def _are_pairs(value: object) -> bool:
    return isinstance(value, list) and all(
        isinstance(pair, list) and len(pair) == 2 and all(isinstance(one, str) for one in pair)
        for pair in value
    )


FORM = (
    {"layout": text(r"\d{4}|"), "number": text(), "written": flag()}
    | {name: may_lack(text(ANY_TEXT)) for name in ("issued", "title", "sheet", "scheme", "unit")}
    | {name: may_lack(text(ANY_TEXT)) for name in ("statement", "annex_title")}
    | {name: may_lack(texts(ANY_TEXT)) for name in ("left", "head", "feet", "signatures")}
    | {name: may_lack(texts(GROUP)) for name in ("instead", "schemes")}
    | {name: flag() for name in ("household", "portrait", "annex")}
    | {"columns": parts(FORM_COLUMN), "sections": parts(FORM_SECTION)}
    | {"fields": lines_of(FORM_FIELD), "annex_fields": lines_of(FORM_FIELD)}
)
"""A form: what the writers of `fieldapp/reports/forms` read of it."""

SHAPES: Mapping[str, Shape] = {
    "base_salary": Shape(ARTICLE | {"dong": money()}),
    "poverty_line": Shape(ARTICLE | {"dong": money()}),
    "hhi_ladder": Shape(ARTICLE | {"rate": percent(), "percents": percents()}),
    "hhi_periods": Shape(ARTICLE | {"months": counts(1, 120)}),
    "hhi_continuity": Shape(
        ARTICLE
        | {"gap_months": count(1, 120), "or_days": may_lack(count(1, 366))}
        | {"wait_days": count(0, 366), "five_year_months": count()}
    ),
    "hhi_state_support": Shape(
        ARTICLE | {"percent": percent()}, keys=GROUP, as_shipped=True, may_end=True
    ),
    "hhi_insured_otherwise": Shape(
        ARTICLE | {"payer": choice("employer", "fund", "state", "school", "city")},
        keys=GROUP,
        as_shipped=True,
        may_end=True,
    ),
    "hhi_local_support": Shape(
        ARTICLE | {"percent": percent()},
        keys=GROUP,
        may_end=True,
        may_rest=True,
        may_be_empty=True,
        refers=(Refers("key", ("hhi_state_support", "hhi_insured_otherwise")),),
    ),
    "hhi_ages": Shape(
        ARTICLE | {"from_age": AGE, "below_age": may_lack(AGE)},
        keys=GROUP,
        may_end=True,
        may_rest=True,
        refers=(Refers("key", ("hhi_insured_otherwise",)),),
    ),
    "form_layouts": Shape(FORM, keys=GROUP, as_shipped=True),
    "vsi_rate": Shape(ARTICLE | {"percent": percent()}),
    "vsi_ceiling": Shape(ARTICLE | {"times": count(1, 1000)}),
    "vsi_step": Shape(ARTICLE | {"dong": money(), "usual_dong": money()}),
    "vsi_support": Shape(ARTICLE | {"percent": percent()}, keys=GROUP, as_shipped=True),
    "vsi_support_limit": Shape(ARTICLE | {"months": count(0, 1200)}),
    "vsi_local_support": Shape(
        ARTICLE | {"percent": percent()},
        keys=GROUP,
        may_end=True,
        may_rest=True,
        may_be_empty=True,
        refers=(Refers("key", ("vsi_support",)),),
    ),
    "vsi_methods": Shape(
        ARTICLE | {"months": count(1, 120), "latest_month": count(1, 120)},
        keys=GROUP + r"|\d+",
        as_shipped=True,
        may_end=True,
    ),
    "vsi_years_ahead": Shape(ARTICLE | {"years": counts(1, 50)}),
    "vsi_missing": Shape(ARTICLE | {"months": count(1, 1200)}),
    "vsi_late": Shape(ARTICLE | {"months": count(1, 1200)}, may_end=True),
    "vsi_fund_rate": Shape(ARTICLE | {"percent": percent()}, may_end=True, may_rest=True),
    "clauses": Shape(ARTICLE, keys=GROUP, as_shipped=True, may_end=True),
    "horizon": Shape({}, keys="hhi|vsi", as_shipped=True, may_end=True),
    "phone_prefixes": Shape({"network": text()}, keys=r"0\d{2}", may_end=True, may_rest=True),
    "public_holidays": Shape({}, keys=GROUP, may_end=True, may_rest=True, may_be_empty=True),
    "collect_accounts": Shape(
        {
            "bin": text(r"\d{6}"),
            "account": text(r"[0-9A-Za-z]{1,19}"),
            "holder": text(),
            "bank": text(),
        },
        keys=WARD_CODE + "|all",
        may_end=True,
        may_rest=True,
        may_be_empty=True,
    ),
    "province_codes": Shape({"name": text()}, keys=r"\d{3}", may_end=True, may_rest=True),
    "relationships": Shape({"vi": text(), "en": text()}, keys=r"\d{2}", may_end=True),
    "wards": Shape(
        {
            "name": text(),
            "kind": choice("ward", "commune", "town", "special_zone"),
            "province": text(PROVINCE_CODE),
            "district": may_lack(text(DISTRICT_CODE)),
            "successors": may_lack(texts(WARD_CODE)),
        },
        keys=WARD_CODE,
        may_end=True,
        may_rest=True,
        refers=(
            Refers("district", ("districts",), "from"),
            Refers("successors", ("wards",), "after"),
        ),
        ended_need="successors",
    ),
    "districts": Shape(
        {"name": text(), "province": text(PROVINCE_CODE)},
        keys=DISTRICT_CODE,
        may_end=True,
        may_rest=True,
    ),
    "agency_offices": Shape(
        {"name": text(), "former": text()}, keys=r"\d{1,3}", may_end=True, may_rest=True
    ),
    "ward_offices": Shape(
        {"office": text(r"\d{1,3}")},
        keys=WARD_CODE,
        may_end=True,
        may_rest=True,
        refers=(Refers("key", ("wards",), "from"), Refers("office", ("agency_offices",), "from")),
    ),
    "ethnic_groups": Shape(
        {"name": text(), "minority": flag()}, keys=r"\d{2}", may_end=True, may_rest=True
    ),
    "facilities": Shape(
        {
            "name": text(),
            "address": may_lack(text()),
            "ward": may_lack(text(WARD_CODE)),
            "level": may_lack(choice("initial", "basic", "specialised")),
            "open_to": may_lack(text()),
            "quota": may_lack(count(0, 10_000_000)),
        },
        keys=r"\d{5}",
        may_end=True,
        may_rest=True,
        may_be_empty=True,
        refers=(Refers("ward", ("wards",), "from"),),
    ),
}
"""The shape of each table, by its name."""

"""Reference data about who collects and how many are to join: organisations, campaigns, targets.

Written into the stream `city`, from where every laptop gets it.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from importlib import resources
from typing import Any

from sqlalchemy import Connection, select

from fieldapp.errors import UserMends
from fieldapp.model import CITY, Campaign, Organisation, Record, Staff, Target
from sync.server.people.accounts import account_of
from sync.server.reference.city import append_city, city_id
from sync.server.service import Service
from sync.server.store.tables import table_of, ward_head

SCHEMES = ("hhi", "vsi")
KINDS = ("new", "renewal")
MOST_PEOPLE = 100_000_000


@dataclass(frozen=True)
class NewTarget:
    """How many people are to join; what is "" narrows nothing. `ward` is a stream."""

    campaign: str
    scheme: str
    kind: str
    people: int
    ward: str = ""
    organisation: str = ""
    collector: str = ""

    @property
    def name(self) -> str:
        """What makes it one target: setting it again replaces the number."""
        parts = (self.campaign, self.scheme, self.kind, self.ward, self.organisation)
        return "/".join((*parts, self.collector))


@dataclass(frozen=True)
class Campaigns:
    """The reference data of one service's database. Each function is one transaction."""

    service: Service

    def add_organisation(
        self,
        code: str,
        name: str,
        *,
        tax_code: str = "",
        address: str = "",
        phone: str = "",
        email: str = "",
    ) -> None:
        """Adds an organisation that collects, or corrects what is known of it.

        Raises:
            UserMends: `server.code_invalid`, `server.name_missing`.
        """
        record = Organisation(
            ward=CITY,
            id=city_id("organisation", _code(code)),
            code=code,
            name=_named(name),
            tax_code=tax_code,
            address=address,
            phone=phone,
            email=email,
        )
        self._write(lambda connection: [record])

    def add_campaign(
        self,
        code: str,
        name: str,
        starts_on: date,
        ends_on: date,
        *,
        note: str = "",
        targets: Sequence[NewTarget] = (),
    ) -> None:
        """Adds a campaign with its first targets, or corrects it.

        Raises:
            UserMends: `server.code_invalid`, `server.name_missing`, `server.days_reversed`, or as
                `add_target` says.
        """
        if starts_on > ends_on:
            raise UserMends("server.days_reversed", field="ends_on")
        record = Campaign(
            ward=CITY,
            id=city_id("campaign", _code(code)),
            code=code,
            name=_named(name),
            starts_on=starts_on,
            ends_on=ends_on,
            note=note,
        )

        def records(connection: Connection) -> list[Record]:
            return [record, *(_target(connection, one) for one in targets)]

        self._write(records)

    def add_template(self, template: str) -> Mapping[str, Any]:
        """Adds a campaign that the program carries, with its targets; what was added.

        Raises:
            UserMends: `server.template_unknown`.
        """
        found = next((one for one in templates() if one["code"] == template), None)
        if found is None:
            known = ", ".join(str(one["code"]) for one in templates())
            raise UserMends(
                "server.template_unknown", field="template", template=template, known=known
            )
        self.add_campaign(
            found["code"],
            found["name"],
            found["starts_on"],
            found["ends_on"],
            note=found["note"],
            targets=[NewTarget(found["code"], **target) for target in found["target"]],
        )
        return found

    def add_target(self, target: NewTarget) -> None:
        """Sets how many people are to join; the same one again replaces the number.

        Raises:
            UserMends: `server.campaign_unknown`, `server.scheme_unknown`, `server.kind_unknown`,
                `server.people_invalid`, `server.ward_unknown`, `server.organisation_unknown`,
                `server.user_unknown`.
        """

        def records(connection: Connection) -> list[Record]:
            known = select(table_of(Campaign)).where(table_of(Campaign).c.code == target.campaign)
            if connection.execute(known).first() is None:
                code = target.campaign
                raise UserMends("server.campaign_unknown", field="campaign", campaign=code)
            return [_target(connection, target)]

        self._write(records)

    def set_collector(
        self, username: str, *, code: str | None = None, organisation: str | None = None
    ) -> None:
        """Says which collector code the agency gave to a user, and for whom the user collects.

        What is None stays as it is; "" takes it away.

        Raises:
            UserMends: `server.user_unknown`, `server.organisation_unknown`.
        """

        def records(connection: Connection) -> list[Record]:
            account = account_of(connection, username)
            if account is None:
                raise UserMends("server.user_unknown", field="username", username=username)
            if organisation:
                _known_organisation(connection, organisation)
            staff = table_of(Staff)
            found = select(staff).where(staff.c.id == city_id("staff", username))
            row = connection.execute(found).one()
            return [
                Staff(
                    ward=CITY,
                    id=row.id,
                    username=username,
                    full_name=row.full_name,
                    sex=row.sex,
                    role=row.role,
                    collector_code=row.collector_code if code is None else code.strip(),
                    organisation=row.organisation if organisation is None else organisation,
                )
            ]

        self._write(records)

    def listed(self, record: type[Record]) -> list[dict[str, Any]]:
        """All organisations, campaigns or targets, without what only machines read."""
        table = table_of(record)
        inner = ("ward", "id", "changeset", "unknown")
        columns = [column for column in table.c if column.name not in inner]
        with self.service.database.read() as connection:
            rows = connection.execute(select(*columns).order_by(*columns)).mappings()
            return [dict(row) for row in rows]

    def _write(self, records: Any) -> None:
        made = self.service

        def work(connection: Connection) -> None:
            wanted = records(connection)
            append_city(connection, wanted, made.maker)

        made.database.in_write(work)


def templates() -> list[dict[str, Any]]:
    """The campaigns that the program carries, as they stand in `campaign_templates.toml`."""
    file = resources.files("sync.server.reference") / "campaign_templates.toml"
    found: list[dict[str, Any]] = tomllib.loads(file.read_text("utf-8"))["campaign"]
    return found


def _target(connection: Connection, target: NewTarget) -> Target:
    if target.scheme not in SCHEMES:
        raise UserMends("server.scheme_unknown", field="scheme", scheme=target.scheme)
    if target.kind not in KINDS:
        raise UserMends("server.kind_unknown", field="kind", kind=target.kind)
    if not 0 <= target.people <= MOST_PEOPLE:
        raise UserMends("server.people_invalid", field="people", people=target.people)
    if target.ward:
        known = select(ward_head.c.ward).where(ward_head.c.ward == target.ward)
        if target.ward == CITY or connection.execute(known).first() is None:
            raise UserMends("server.ward_unknown", field="ward", ward=target.ward)
    if target.organisation:
        _known_organisation(connection, target.organisation)
    if target.collector and account_of(connection, target.collector) is None:
        raise UserMends("server.user_unknown", field="collector", username=target.collector)
    return Target(
        ward=CITY,
        id=city_id("target", target.name),
        campaign=target.campaign,
        scheme=target.scheme,
        kind=target.kind,
        ward_stream=target.ward,
        organisation=target.organisation,
        collector=target.collector,
        people=target.people,
    )


def _known_organisation(connection: Connection, code: str) -> None:
    table = table_of(Organisation)
    if connection.execute(select(table).where(table.c.code == code)).first() is None:
        raise UserMends("server.organisation_unknown", field="organisation", organisation=code)


def _code(code: str) -> str:
    if not 0 < len(code) <= 64 or not code.isprintable() or code != code.strip():
        raise UserMends("server.code_invalid", field="code", said=code)
    return code


def _named(name: str) -> str:
    if not name.strip():
        raise UserMends("server.name_missing", field="name")
    return name.strip()

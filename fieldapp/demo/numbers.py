"""Numbers of invented people: of the right shape, unique in the town, plainly made up.

The free digits begin with zeros, so that nobody takes them for numbers out of a register.
"""

from __future__ import annotations

from random import Random

PROVINCES = {
    "079": 62, "080": 4, "082": 4, "083": 4, "074": 3, "075": 3, "087": 2, "089": 2, "052": 2,
    "051": 2, "049": 2, "046": 1, "040": 2, "038": 2, "036": 2, "034": 1, "001": 1, "096": 1,
}  # fmt: skip
"""Where births were registered: Ho Chi Minh City and those from whom people move there."""

PREFIXES = ("090", "093", "091", "094", "097", "098", "086", "088", "089", "070", "076", "077",
            "078", "079", "081", "082", "083", "033", "034", "035", "036", "037", "038", "039",
            "056", "058", "059")  # fmt: skip


class Numbers:
    """Hands out numbers, none of them twice."""

    def __init__(self) -> None:
        self._used: set[str] = set()

    def _fresh(self, random: Random, head: str, digits: int) -> str:
        """`head` and random digits that were not handed out before."""
        while True:
            number = f"{head}{random.randrange(10**digits):0{digits}}"
            if number not in self._used:
                self._used.add(number)
                return number

    def citizen_id(self, random: Random, sex: str, born_in: int) -> str:
        """Twelve digits: province, century and sex, year of birth, 00 and four free digits."""
        province = random.choices(list(PROVINCES), list(PROVINCES.values()))[0]
        century = 2 * (born_in // 100 - 19) + (sex == "female")
        return self._fresh(random, f"{province}{century}{born_in % 100:02}00", 4)

    def old_id(self, random: Random) -> str:
        """Nine digits of the identity card that ended in 2024; 02 was Ho Chi Minh City."""
        return self._fresh(random, "0200", 5)

    def social_insurance(self, random: Random) -> str:
        """Ten digits of the social insurance number."""
        return self._fresh(random, "7900", 6)

    def phone(self, random: Random) -> str:
        """Ten digits with the prefix of a real operator, then two zeros."""
        return self._fresh(random, f"{random.choice(PREFIXES)}00", 5)

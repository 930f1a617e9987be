"""Years: how tables write them."""

from __future__ import annotations

import re

FIRST, LAST = 1900, 2100
YEAR = re.compile(
    r"(?:(?:year|tahun|thn\.?|jahr|año|ano|anno|année|an|fy|census|sensus|sp|y|yr)\s*)?"
    r"(?P<year>(?:19|20)\d\d)(?:\.0+)?(?P<span>\s*[/–-]\s*(?:(?:19|20)?\d\d))?"
    r"(?:-01-01)?(?P<rest>\s*(?:[*†‡¹²³]+|[bcdefinprsuvz]{1,3}|[([][^)\]]{1,30}[)\]]|\d\)))?",
    re.IGNORECASE,
)


def year_of(text: str) -> tuple[int, str] | None:
    """Return the year that a text is, and what else it says of it; None if it is no year.

    Of years that reach into the next the first is taken.

    Examples
    --------
    >>> year_of("Tahun 2015"), year_of("2015/16"), year_of("2015 b"), year_of("2015-07")
    ((2015, ''), (2015, '2015/16'), (2015, 'b'), None)
    """
    found = YEAR.fullmatch(text.strip())
    if not found:
        return None
    span = (found["span"] or "").strip(" /–-")
    year = int(found["year"])
    if span and int(span) % 100 != (year + 1) % 100:
        return None
    rest = (found["rest"] or "").strip(" ()[]")
    return year, f"{found['year']}{found['span'].replace(' ', '')}" if span else rest

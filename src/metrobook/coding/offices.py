"""Offices: the posts that speakers held."""

from __future__ import annotations

import re

ACTING = {
    "de": ("Geschäftsführender", "Geschäftsführende", "Kommissarischer", "Kommissarische"),
    "en": ("Acting", "Interim"),
    "fr": ("Par intérim",),
    "id": (
        "Penjabat Sementara", "Penjabat", "Plt.", "Plt", "Plh.", "Plh", "Pjs.", "Pjs", "Pj.", "Pj",
    ),
}  # fmt: skip
"""How languages say in front of an office that it is held for a while only."""
PREFIX = re.compile(
    rf"^(?:{'|'.join(re.escape(word) for words in ACTING.values() for word in words)})\s+", re.I
)
ASIDE = re.compile(r"\s*\([^)]*\)\s*$")


def office_of(speaker: str) -> str:
    """Return the office a speaker held, without *acting* and without a remark in brackets.

    Examples
    --------
    >>> office_of("Plt Wali Kota Bandung"), office_of("Acting Mayor (2019)")
    ('Wali Kota Bandung', 'Mayor')
    """
    return PREFIX.sub("", ASIDE.sub("", speaker)).strip()

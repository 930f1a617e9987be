"""Offices: the posts that speakers held."""

from __future__ import annotations

import re

ACTING = re.compile(r"^(?:Plt\.?|Plh\.?|Pj\.?|Pjs\.?|Penjabat Sementara|Penjabat|Acting)\s+", re.I)
ASIDE = re.compile(r"\s*\([^)]*\)\s*$")


def office_of(speaker: str) -> str:
    """Return the office a speaker held, without *acting* and without a remark in brackets.

    Examples
    --------
    >>> office_of("Plt Wali Kota Bandung")
    'Wali Kota Bandung'
    """
    return ACTING.sub("", ASIDE.sub("", speaker)).strip()

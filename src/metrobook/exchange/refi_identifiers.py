"""What reader and writer of REFI-QDA share: identifiers, names and texts that XML can carry."""

from __future__ import annotations

import re
import uuid
from collections import Counter
from collections.abc import Callable
from functools import lru_cache

import pandas as pd

from metrobook.exchange.text import normalise

PROJECT = "urn:QDA-XML:project:1.0"
CODEBOOK = "urn:QDA-XML:codebook:1.0"
PROGRAM = "Metrobook"
WHOLE_DOCUMENT = "[whole document]"
NOBODY = "imported"

NAMESPACE = uuid.uuid5(uuid.NAMESPACE_URL, PROJECT)
GUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
NO_NAME = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]")
NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@lru_cache(maxsize=2**14)
def guid_of(kind: str, *key: object) -> str:
    """Return the identifier of a part of a project, the same for the same content everywhere.

    An identifier that already is one stays as it is, so that a project keeps its identifiers
    when it is read and written again.

    Parameters
    ----------
    kind : str
        ``"document"``, ``"code"``, ``"coder"`` and so on.
    *key
        What tells it from others of its kind, for documents and codes their identifier.

    Examples
    --------
    >>> guid_of("code", "scale") == guid_of("code", "scale") != guid_of("document", "scale")
    True
    >>> guid_of("code", "{0A000000-0000-0000-0000-00000000000B}")
    '0a000000-0000-0000-0000-00000000000b'
    """
    if len(key) == 1 and (known := clean_guid(str(key[0]))):
        return known
    named = "\x1f".join(str(part) for part in (kind, *key))
    return str(uuid.uuid5(NAMESPACE, named.encode("utf-8", "replace").decode()))


def clean_guid(text: str | None) -> str | None:
    """Return an identifier in small letters without braces; None where it is none.

    Examples
    --------
    >>> clean_guid("{0A000000-0000-0000-0000-00000000000B}")
    '0a000000-0000-0000-0000-00000000000b'
    """
    bare = (text or "").strip().strip("{}").lower()
    return bare if GUID.fullmatch(bare) else None


def key_of(text: str | None) -> str | None:
    """Return an identifier in the form in which it is compared; None where there is none."""
    return clean_guid(text) or (text or "").strip() or None


def clean_name(name: object) -> str | None:
    """Return a name on one line, without characters that control; None where nothing is left.

    Examples
    --------
    >>> clean_name(" Joint\\n\\x07infrastructure ")
    'Joint  infrastructure'
    """
    return NO_NAME.sub(" ", clean_text(name) or "").strip() or None


def clean_text(text: object) -> str | None:
    """Return a text in normal form without what XML forbids; None where nothing is left."""
    if pd.isna(text):
        return None
    return NO_XML.sub(" ", normalise(str(text))).strip() or None


def carried(
    text: object, what: str, noted: Counter, clean: Callable[[object], str | None] = clean_text
) -> str | None:
    """Return a text or a name as it can be written; what had to go is counted for the report."""
    cleaned = clean(text)
    if pd.notna(text) and (cleaned or "") != normalise(str(text)).strip():
        noted["changed", what, "held characters that the format cannot carry"] += 1
    return cleaned


def distinct(name: str, taken: dict[str, int]) -> str:
    """Return a name unlike those taken, and take it.

    Examples
    --------
    >>> taken = {}
    >>> [distinct("Interview", taken) for _ in range(3)]
    ['Interview', 'Interview (2)', 'Interview (3)']
    """
    free = name
    while free in taken:
        taken[name] += 1
        free = f"{name} ({taken[name]})"
    taken[free] = 1
    return free

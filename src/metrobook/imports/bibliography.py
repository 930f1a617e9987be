"""Works of a bibliography, whichever program it comes from."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from markupsafe import Markup
from slugify import slugify

YEAR = re.compile(r"(?<!\d)(1[5-9]\d\d|20\d\d)(?!\d)")
DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
DOI = re.compile(r"10\.\d{4,9}/\S+")
ADDRESS = re.compile(r"https?://\S+")
TAGGED = re.compile(r"</?[a-z]\w*\b[^<>]*>", re.IGNORECASE)
MACHINE = re.compile(r"(citation key|tex\.[\w-]+|doi|pm(c?)id|arxiv|isbn|issn)\s*:", re.IGNORECASE)
NO_AUTHORS = "Authors not shown"


@dataclass(frozen=True)
class Work:
    """One work of a bibliography.

    Attributes
    ----------
    key : str
        By which the file names it; may be empty.
    place : str
        Where it stands in the file, for messages.
    authors : tuple of str
        Each as ``Family, Given``; editors or an office where no authors are named.
    title, year, within, doi, url, retrieved : str
        ``within`` is the journal, book or institution with volume and pages; ``year`` as the file
        writes it; ``retrieved`` a full date or empty.
    notes : tuple of str
        What its reader wrote down.
    abstract, attached : bool
        Whether the file has an abstract and paths of attachments, neither of which is kept.
    """

    key: str
    place: str
    authors: tuple[str, ...]
    title: str
    year: str
    within: str = ""
    doi: str = ""
    url: str = ""
    retrieved: str = ""
    notes: tuple[str, ...] = ()
    abstract: bool = False
    attached: bool = False

    @property
    def named(self) -> str:
        """The authors in one cell, as the register of sources has them."""
        return "; ".join(self.authors) or NO_AUTHORS

    @property
    def four_digits(self) -> str:
        """The year of publication; empty for what is forthcoming or not dated.

        Examples
        --------
        >>> [Work("", "", (), "", year).four_digits for year in ("c2005", "1999a", "in press")]
        ['2005', '1999', '']
        """
        found = YEAR.search(self.year)
        return found[1] if found else ""

    @property
    def identifier(self) -> str:
        """The DOI in lower case without what stands before it; empty if it is none.

        Examples
        --------
        >>> Work("", "", (), "", "", doi="https://doi.org/10.1162/REST.88.4.641").identifier
        '10.1162/rest.88.4.641'
        """
        found = DOI.search(self.doi)
        return found[0].rstrip(".,;").lower() if found else ""

    @property
    def address(self) -> str:
        """The link by the DOI, or else the address of the page; empty where there is neither."""
        if self.identifier:
            return f"https://doi.org/{self.identifier}"
        return self.url if ADDRESS.fullmatch(self.url) else ""

    @property
    def source_id(self) -> str:
        """The key as the register allows it; of family name and year where the file has none.

        Examples
        --------
        >>> Work("müller:2010", "", (), "", "").source_id
        'muller-2010'
        >>> Work("", "", ("Santos Silva, J. M. C.",), "The log of gravity", "2006").source_id
        'santos-silva-2006'
        """
        key = "" if ADDRESS.match(self.key) or self.key.isdigit() else self.key
        if key.startswith(("_", "-")) or not re.fullmatch(r"[A-Za-z0-9_-]+", key):
            key = slugify(key, lowercase=False)
        family = self.authors[0].partition(",")[0] if self.authors else self.title
        return key or slugify(f"{family} {self.four_digits}", max_length=40, word_boundary=True)


def within(
    container: str, volume: str = "", number: str = "", pages: str = "", publisher: str = ""
) -> str:
    """Return where a work appeared, in the words of the register.

    Examples
    --------
    >>> within("Review of Economics and Statistics", "88", "4", "641–658")
    'Review of Economics and Statistics 88(4) 641–658'
    """
    volume = f"{volume}({number})" if volume and number else volume or number
    return " ".join(filter(None, (container or publisher, volume, pages)))


def plain(text: object) -> str:
    """Return a text in one line, without the tags of web pages.

    Examples
    --------
    >>> plain("<p>What <i>they</i> counted</p>")
    'What they counted'
    """
    text = str(text or "")
    return Markup(text).striptags() if TAGGED.search(text) else " ".join(text.split())


def written_notes(texts: Iterable[object]) -> tuple[str, ...]:
    """Return notes in plain text, without the lines that programs write into them."""
    kept = [
        "\n".join(line for line in str(text or "").splitlines() if not MACHINE.match(line.strip()))
        for text in texts
    ]
    return tuple(filter(None, map(plain, kept)))

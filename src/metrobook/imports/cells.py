"""Cells: numbers in any notation, and what the marks mean that stand in place of a number."""

from __future__ import annotations

import math
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

import pandas as pd

from metrobook.exchange.project import ForeignFileError

SECRET, UNAVAILABLE = "not told, to protect persons", "not available"
UNOBSERVED, BLANK = "no observation", "blank"
BELOW, ABOVE = "told only as less than a limit", "told only as more than a limit"
FOOTNOTE, DECLARED = "a footnote in place of a figure", "declared as not told"
MARKS = {
    SECRET: "c x s * ** *** [c] (c) conf confidential suppressed",
    UNAVAILABLE: ". .. ... … : :: ? ?? na n/a n.a. n.a n/d nd n.d. n.d s.d. sd k.a. #n/a #na nan "
    "null none [x] tidak_tersedia",
    "not applicable": "z [z] (z) .z",
    "too uncertain to tell": "u [u] (u) / f [f]",
    BELOW: "[low] (low)",
    "a formula that failed": "#ref! #value! #div/0! #name? #num! #null!",
}  # fmt: skip
MEANINGS = {
    mark.replace("_", " "): meaning for meaning, marks in MARKS.items() for mark in marks.split()
}
DASHES = {"-", "–", "—", "−", "--", "---", "‐", "‑"}
SIGNS = str.maketrans({"٫": ",", "٬": ".", "’": "'", "ʼ": "'", "‘": "'", "′": "'", "`": "'"})
CURRENCY = re.compile(r"^(?:[€$£¥₹]|rp\.?|r\$|idr|eur|usd|gbp|brl)\s*|\s*[€$£¥₹]$", re.IGNORECASE)
LIMIT = re.compile(r"(?P<sign><=?|>=?|≤|≥|&lt;|&gt;)\s*[\d.,' ]+\s*%?")
BRACKETED = re.compile(r"\((?P<inner>[^()]*\d[^()]*)\)")
FLAG = re.compile(
    r"(?P<number>.*[\d%)])"
    r"(?:(?P<sign>[*†‡§#¹²³⁰⁴-⁹]+)|\s*\[(?P<square>\w{1,7}(?: \d+)?)\]"
    r"|\s*\((?P<round>\w{1,2}|\*+)\)"
    r"|\s+(?P<digit>\d)\)|\s*(?P<bracket>[a-z])\)|\s+(?P<letters>[bcdefinprsuvz]{2,4})"
    r"|\s?(?P<letter>[a-jln-z]))",
    re.IGNORECASE,
)
FLAGS = {
    "b": "break in the series", "c": "confidential", "d": "definition differs",
    "e": "estimated", "f": "forecast", "i": "imputed", "n": "not significant",
    "p": "provisional", "r": "revised", "s": "estimated by the office", "u": "low reliability",
    "z": "not applicable",
}  # fmt: skip
CORE = re.compile(r"\d[\d.,]*")
LONGEST = 60
SEPARATORS = {".": "point", ",": "comma"}


@dataclass(frozen=True)
class Notation:
    """How the numbers of a table are written.

    Attributes
    ----------
    decimal : str
        The decimal mark, ``.`` or ``,``; the other one separates thousands, as do spaces and
        apostrophes.
    brackets : bool
        Whether a single figure in brackets is negative too; otherwise it is a footnote.
    doubt : str
        What was guessed though it could be read otherwise, as a sentence; empty where it is plain.
    """

    decimal: str = "."
    brackets: bool = False
    doubt: str = ""


@dataclass(frozen=True)
class Cell:
    """What one cell says: a number with a flag, or what a mark in its place means.

    Attributes
    ----------
    value : float or None
    meaning : str
        Of the mark or of the blank; empty for a number.
    flag : str
        Letters or signs behind the number.
    readable : bool
        False if the text is neither a number nor a known mark.
    """

    value: float | None = None
    meaning: str = ""
    flag: str = ""
    readable: bool = True


def guess_notation(texts: Iterable[str], whole: bool = False) -> Notation:
    """Return how numbers are written, judged from all of them together.

    Parameters
    ----------
    texts : iterable of str
    whole : bool
        Whether whole numbers are expected, such as persons.

    Raises
    ------
    ForeignFileError
        If some numbers have a decimal comma and others a decimal point.

    Examples
    --------
    >>> guess_notation(["1.234,5", "12"]).decimal, guess_notation(["1,234", "56"]).decimal
    (',', '.')
    """
    plain = {_plain(text) for text in texts}
    brackets = any(len(re.sub(r"\D", "", found["inner"])) > 1 for found in _bracketed(plain))
    cores = [core.rstrip(".,") for text in plain for core in CORE.findall(text)[:1]]
    told: dict[str, str] = {}
    unclear: dict[str, str] = {}
    for core in sorted(cores):
        mark, sure = _decimal_of(core)
        if mark:
            (told if sure else unclear).setdefault(mark, core)
    if len(told) > 1:
        raise ForeignFileError(
            f"Some numbers have a decimal comma ({told[',']}) and others a decimal point "
            f"({told['.']}): say which with --decimal. Nothing was imported."
        )
    if told or not unclear:
        return Notation(next(iter(told), "."), brackets)
    decimal, doubt = _decide(unclear, cores, whole)
    return Notation(decimal, brackets, doubt)


def read_cell(text: str, notation: Notation, dash_is_zero: bool = False) -> Cell:
    """Return what a cell says.

    Examples
    --------
    >>> read_cell("1\\u202f234,5 b", Notation(","))
    Cell(value=1234.5, meaning='', flag='b', readable=True)
    >>> read_cell("(1,234)", Notation()).value, read_cell("..", Notation()).meaning
    (-1234.0, 'not available')
    """
    plain = _plain(text)
    if not plain:
        return Cell(meaning=BLANK)
    if len(plain) > LONGEST:
        return Cell(readable=False)
    if plain in DASHES:
        return Cell(0.0) if dash_is_zero else Cell(meaning=UNOBSERVED)
    if meaning := MEANINGS.get(plain.lower()):
        return Cell(meaning=meaning)
    if limit := LIMIT.fullmatch(plain):
        return Cell(meaning=BELOW if limit["sign"] in "<=≤&lt;" else ABOVE)
    flag = ""
    value = _number(plain, notation)
    while value is None and (found := FLAG.fullmatch(plain)):
        flag = "".join(filter(None, found.groups()[1:])).lower() + flag
        plain = found["number"].strip()
        value = _number(plain, notation)
    if value is None:
        first, _, rest = plain.partition(" ")
        if MEANINGS.get(first.lower()) and set(rest) <= set("bcdefimnprsuvz"):
            return Cell(meaning=SECRET if "c" in rest else MEANINGS[first.lower()], flag=rest)
        if re.fullmatch(r"\(\d\)", plain):
            return Cell(meaning=FOOTNOTE)
        return Cell(readable=False)
    return Cell(value, flag=flag)


def read_cells(
    texts: pd.Series,
    notation: Notation,
    dash_is_zero: bool = False,
    suppressed: Iterable[str] = (),
) -> pd.DataFrame:
    """Return what cells say.

    Parameters
    ----------
    texts : pandas.Series
    notation : Notation
    dash_is_zero : bool
        Whether a dash is a counted zero; otherwise nobody was observed.
    suppressed : iterable of str
        Further texts or numbers that stand for a figure that is not told.

    Returns
    -------
    pandas.DataFrame
        ``value`` (missing where a mark stands), ``meaning``, ``flag``, ``readable``; index as
        given.
    """
    told = {text.strip() for text in suppressed}
    read = {
        text: Cell(meaning=DECLARED)
        if text.strip() in told
        else read_cell(text, notation, dash_is_zero)
        for text in texts.unique()
    }
    columns = {
        name: [getattr(read[text], name) for text in texts]
        for name in ("value", "meaning", "flag", "readable")
    }
    frame = pd.DataFrame(columns, index=texts.index)
    return frame.astype({"value": float, "readable": bool})


def is_numeric(text: str) -> bool:
    """Tell whether a cell could hold a number, a mark for one, or a flagged one.

    Examples
    --------
    >>> is_numeric("1.234,5*"), is_numeric(".."), is_numeric("E02000001"), is_numeric("")
    (True, True, False, False)
    """
    return bool(text.strip()) and any(
        read_cell(text, Notation(decimal)).readable for decimal in SEPARATORS
    )


def marks_of(texts: pd.Series, cells: pd.DataFrame) -> dict[str, tuple[int, str]]:
    """Return how many cells mean what, and the marks that were found, by meaning."""
    found: dict[str, tuple[int, str]] = {}
    for meaning, rows in cells[cells["meaning"] != ""].groupby("meaning"):
        marks = Counter(texts[rows.index].str.strip())
        shown = ", ".join(f"“{mark}”" for mark, _ in marks.most_common(5) if mark)
        found[str(meaning)] = (len(rows), shown)
    return found


def _plain(text: str) -> str:
    """Return a cell with plain spaces, digits, signs and quotation marks."""
    if text.isascii():
        return " ".join(text.split())
    chars = (
        str(unicodedata.decimal(char)) if char.isdecimal() else
        " " if unicodedata.category(char) in ("Zs", "Cf") else char
        for char in text
    )  # fmt: skip
    plain = " ".join("".join(chars).split()).translate(SIGNS)
    return plain if plain in DASHES else re.sub(r"^[−–‐‑]\s*(?=[\d.,(])", "-", plain)


def _bracketed(texts: Iterable[str]) -> list[re.Match]:
    return [found for text in texts if (found := BRACKETED.fullmatch(text))]


def _decimal_of(core: str) -> tuple[str, bool]:
    """Return the decimal mark that a number shows or would show, and whether it is certain."""
    points, commas = core.count("."), core.count(",")
    if points and commas:
        return max(SEPARATORS, key=core.rindex), True
    mark = "." if points else ","
    if points + commas == 0:
        return "", False
    if points + commas > 1:
        return "," if mark == "." else ".", True
    before, after = core.split(mark)
    plain = len(after) != 3 or len(before) > 3 or before.startswith("0")
    return mark, plain


def _decide(unclear: dict[str, str], cores: list[str], whole: bool) -> tuple[str, str]:
    """Return the decimal mark where each number could be read in two ways, and the doubt."""
    mark = "," if "," in unclear else "."
    shown, other = unclear[mark], "." if mark == "," else ","
    bare = [core for core in cores if core.isdigit()]
    ungrouped = any(len(core) > 3 for core in bare)
    if not ungrouped and (whole or mark == "," or bare):
        number, decimal, role = shown.replace(mark, ""), other, "separates thousands"
    else:
        number, decimal, role = shown.replace(mark, "."), mark, "is the decimal mark"
    return decimal, (
        f"“{shown}” is read as {number}: the {SEPARATORS[mark]} {role}; --decimal changes it."
    )


def _number(text: str, notation: Notation) -> float | None:
    """Return the number that a text is, without flags, or None."""
    negative = False
    text = CURRENCY.sub("", text.removesuffix("%").strip())
    if found := BRACKETED.fullmatch(text):
        text, negative = found["inner"].strip(), True
        if len(text) == 1 and not notation.brackets:
            return None
    text = CURRENCY.sub("", text.removesuffix("%").strip())
    if text[:1] in "+-":
        negative ^= text[:1] == "-"
        text = CURRENCY.sub("", text[1:].strip())
    found = _shape(notation.decimal).fullmatch(text)
    if not found or not (found["whole"] or found["part"]):
        return None
    whole = re.sub(r"\D", "", found["whole"])
    number = float(f"{whole or 0}.{found['part'] or 0}{found['power'] or ''}")
    if math.isinf(number):
        return None
    return -number if negative else number


@cache
def _shape(decimal: str) -> re.Pattern[str]:
    grouping = "[.]" if decimal == "," else ","
    groups = "|".join(rf"\d{{1,3}}(?:{mark}\d{{3}})+" for mark in (grouping, " ", "'"))
    indian = rf"\d{{1,2}}(?:{grouping}\d{{2}})+{grouping}\d{{3}}"
    whole = rf"(?P<whole>{groups}|{indian}|\d*)"
    return re.compile(rf"{whole}(?:{re.escape(decimal)}(?P<part>\d+))?(?P<power>e[+-]?\d+)?", re.I)

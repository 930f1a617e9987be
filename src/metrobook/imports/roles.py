"""Roles: which column of a long table holds homes, workplaces, people, years and purposes."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import pandas as pd

from metrobook.exchange.project import ForeignFileError
from metrobook.imports.cells import is_numeric
from metrobook.imports.matching import Areas, spelled
from metrobook.imports.years import year_of

HOME = re.compile(
    r"\b(?:home\w*|orig\w*|resid\w*|live[sd]?|from|wohn\w*|asal|tinggal|rumah|domicil\w*|domisili"
    r"|codgeo|libgeo|woon\w*|von|h|o|res|start\w*|departure|provenien\w*)\b"
)
WORK = re.compile(
    r"\b(?:work(?!ers?\b)\w*|dest\w*|pow|arbeit\w*|tujuan|kerja|bekerja|trabal\w*|trabaj\w*|travail"
    r"|dclt|lavoro|lav|werk\w*|nach|to|w|d|end|arrival|arrivo|job|ziel\w*|workplace\w*)\b"
)
CATEGORY = re.compile(
    r"\b(?:indicator|categor\w*|method\w*|mode|modes|sex|gender|age|reason|motiv\w*|purpose|zweck"
    r"|industry|occupation|transport|mezzo|orario|tempo|jenis kelamin|umur)\b"
)
NAMING = re.compile(r"\b(?:name|nama|label|nm|libelle|l|desc\w*|denominazione)\b")
YEAR = re.compile(r"\b(?:year|tahun|jahr|ano|anno|annee|time period|time|period|date|jaar)\b")
PURPOSE = re.compile(r"\b(?:purpose|motivo|motif|zweck|reason|maksud)\b")
PEOPLE = (
    r"s000", r"all categories\b.*", r"workers in commuting flow", r"count", r"value|obs value|wert",
    r"persons?|people|commuters?|pendler\w*|pessoas|personas|personnes|orang",
    r"flows?|trips?|amount|data|nbflux\w*.*|flux|flujo|fluxo|volume|moves?|migrants?",
    r"number(?: of.*)?|jumlah.*|anzahl.*|nombre.*|numero.*|stima.*|n|jobs|workers|total|freq\w*",
)  # fmt: skip
DISTANCE = (
    r".*\b(?:distances?|dist|jarak|distanz|entfernung|distancia|distanza|dij)\b.*",
    r".*\b(?:km|kilomet\w+|minutes?|mins?|duration|travel time|waktu|menit)\b.*",
    r"value|obs value",
)  # fmt: skip


@dataclass
class Roles:
    """Which column is what, and why.

    Attributes
    ----------
    origin, destination : tuple of str
        Columns; several are joined into one id.
    value : str
    year, purpose : str
        Empty where there is no such column.
    reasons : dict of str to str
        Why a column was taken, by role; none for those that a person chose.
    rest : list of str
        Columns that are not read.
    """

    origin: tuple[str, ...] = ()
    destination: tuple[str, ...] = ()
    value: str = ""
    year: str = ""
    purpose: str = ""
    reasons: dict[str, str] = field(default_factory=dict)
    rest: list[str] = field(default_factory=list)

    def sentences(self, words: Mapping[str, str]) -> list[str]:
        """Return each role in words, with the reason.

        Parameters
        ----------
        words : mapping of str to str
            What each role is called.
        """
        said = []
        for role, called in words.items():
            columns = getattr(self, role)
            named = columns if isinstance(columns, str) else " + ".join(columns)
            if named:
                reason = self.reasons.get(role, "chosen by you")
                said.append(f"“{named}” is {called}: {reason}.")
        if self.rest:
            listed = ", ".join(f"“{name}”" for name in self.rest[:12])
            said.append(f"Not read: {listed}{' …' if len(self.rest) > 12 else ''}.")
        return said


def find_roles(
    frame: pd.DataFrame,
    areas: Areas,
    chosen: Mapping[str, str],
    values: Iterable[str] = PEOPLE,
    prefix: int = 0,
) -> Roles:
    """Return which column is what, from the headers and from the areas that the cells name.

    Parameters
    ----------
    frame : pandas.DataFrame
        Text.
    areas : Areas
    chosen : mapping of str to str
        Columns by role that a person chose, those to be joined separated by ``+``.
    values : iterable of str
        Patterns of headers of the value, the likeliest first.
    prefix : int
        As in :meth:`Areas.match`.

    Raises
    ------
    ForeignFileError
        If a chosen column does not exist or a role cannot be told; the message names the columns.
    """
    roles = Roles()
    for role, named in chosen.items():
        if named:
            columns = choose_columns(frame, named, role)
            setattr(roles, role, columns if role in ("origin", "destination") else columns[0])
    known = {column: _count(frame[column], areas, prefix) for column in frame}
    if not roles.year:
        _take(
            roles, "year", [c for c in frame if YEAR.search(words_of(c)) and _holds_years(frame[c])]
        )
    if not roles.purpose:
        named = [c for c in frame if PURPOSE.search(words_of(c)) and not known[c]]
        _take(roles, "purpose", [c for c in named if not WORK.search(words_of(c))])
    likely = _likely_values(frame, values, roles)
    _find_places(roles, frame, areas, known, likely[:1], prefix)
    used = {*roles.origin, *roles.destination, roles.year, roles.purpose}
    if not roles.value:
        _find_value(roles, frame, [column for column in likely if column not in used], used)
    used.add(roles.value)
    roles.rest = [column for column in frame if column not in used]
    return roles


def joined(frame: pd.DataFrame, columns: tuple[str, ...]) -> pd.Series:
    """Return the ids that columns hold together, each padded with zeros to the widest of its own.

    Examples
    --------
    >>> joined(pd.DataFrame({"state": ["1", "25"], "county": ["1", "017"]}),
    ...        ("state", "county")).tolist()
    ['01001', '25017']
    """
    if len(columns) == 1:
        return frame[columns[0]]
    parts = []
    for column in columns:
        cells = frame[column]
        digits = cells[cells.str.fullmatch(r"\d+")]
        width = int(digits.str.len().max()) if len(digits) else 0
        parts.append(cells.where(~cells.isin(digits), cells.str.zfill(width)))
    together = parts[0]
    for part in parts[1:]:
        together = together + part
    return together


def choose_columns(frame: pd.DataFrame, named: str, role: str) -> tuple[str, ...]:
    """Return the column that a person named, or several that they joined by ``+``.

    Raises
    ------
    ForeignFileError
        If there is no such column.
    """
    folded = {column.casefold(): column for column in frame}
    wanted = [named] if named.casefold() in folded else [part.strip() for part in named.split("+")]
    if missing := [name for name in wanted if name.casefold() not in folded]:
        raise ForeignFileError(
            f"There is no column “{missing[0]}” for the {role}; the columns are "
            f"{', '.join(f'“{column}”' for column in frame)}. Nothing was imported."
        )
    return tuple(folded[name.casefold()] for name in wanted)


def words_of(header: str) -> str:
    """Return a header in small letters, its words apart, without accents and signs.

    Examples
    --------
    >>> words_of("MSOA21CD_home"), words_of("homeCode")
    ('msoa21cd home', 'home code')
    """
    split = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", header.replace("_", " "))
    return spelled(split)


def _count(cells: pd.Series, areas: Areas, prefix: int) -> int:
    """Return how many areas of the study a column names, or codes."""
    return len(
        {code for code, _how in areas.find(cells[cells != ""].unique(), prefix=prefix).values()}
    )


def _holds_years(cells: pd.Series) -> bool:
    texts = cells[cells != ""].unique()
    return len(texts) > 0 and all(year_of(text) for text in texts)


def _take(roles: Roles, role: str, columns: list[str]) -> None:
    if len(columns) == 1:
        setattr(roles, role, columns[0])
        roles.reasons[role] = "its header says so"


def _likely_values(frame: pd.DataFrame, patterns: Iterable[str], roles: Roles) -> list[str]:
    """Return the columns of numbers whose headers name what is counted, the likeliest first."""
    numeric = [
        column for column in frame
        if column != roles.year and not CATEGORY.search(words_of(column))
        and _mostly_numbers(frame[column])
    ]  # fmt: skip
    found = [
        column for whole in (True, False) for pattern in patterns for column in numeric
        if re.search(rf"{'^' if whole else r'(?:^|.* )'}(?:{pattern})$", words_of(column))
    ]  # fmt: skip
    return list(dict.fromkeys(found))


def _mostly_numbers(cells: pd.Series) -> bool:
    texts = [text for text in cells.unique()[:500] if text]
    return sum(map(is_numeric, texts)) > len(texts) / 2


def _find_places(
    roles: Roles,
    frame: pd.DataFrame,
    areas: Areas,
    known: dict[str, int],
    values: list[str],
    prefix: int,
) -> None:
    taken = {roles.value, roles.year, roles.purpose, *values}
    free = [c for c in frame if c not in taken and not CATEGORY.search(words_of(c))]
    said = {
        "origin": [c for c in free if HOME.search(words_of(c)) and not WORK.search(words_of(c))],
        "destination": [c for c in free if WORK.search(words_of(c))],
    }
    for role, columns in said.items():
        if columns and not getattr(roles, role):
            best, reason = _best(frame, columns, areas, known, prefix)
            setattr(roles, role, best)
            roles.reasons[role] = reason
    others = [c for c in free if known[c] and c not in (*said["origin"], *said["destination"])]
    for role, other in (("origin", "destination"), ("destination", "origin")):
        if getattr(roles, role):
            continue
        twins = getattr(roles, other)
        left = [c for c in others if c not in twins and not _same_place(frame, c, twins)]
        if not left:
            raise ForeignFileError(
                f"No column is plainly the {role}: name it with --{role}, or with --join-columns "
                f'"{role}=COLUMN+COLUMN" where the code is split. The columns are '
                f"{', '.join(f'“{c}”' for c in frame)}; the areas of the study are written like "
                f"{areas.examples()}. Nothing was imported."
            )
        setattr(roles, role, (max(left, key=lambda c: known[c]),))
        roles.reasons[role] = "its cells are areas of the study, and no other column says so"
    _prefer_codes(roles, frame, areas, free, prefix)


def _prefer_codes(
    roles: Roles, frame: pd.DataFrame, areas: Areas, free: list[str], prefix: int
) -> None:
    """Take the codes that stand beside names of areas, for one name may be that of two places."""
    for role in ("origin", "destination"):
        taken = getattr(roles, role)
        if role not in roles.reasons or len(taken) > 1 or _codes(frame[taken[0]], areas, prefix):
            continue
        others = [c for c in free if c not in (*roles.origin, *roles.destination)]
        twins = [c for c in others if _codes_the_names(frame, c, taken[0], areas, prefix)]
        if len(twins) == 1:
            setattr(roles, role, (twins[0],))
            roles.reasons[role] = f"its cells are the codes of the areas that “{taken[0]}” names"


def _codes(cells: pd.Series, areas: Areas, prefix: int) -> dict[str, str]:
    """Return the area of each id that is the code of one."""
    found = areas.find(cells[cells != ""].unique(), prefix=prefix)
    return {name: code for name, (code, how) in found.items() if "name" not in how}


def _codes_the_names(
    frame: pd.DataFrame, coding: str, naming: str, areas: Areas, prefix: int
) -> bool:
    """Tell whether each code of a column has one name in another, that of the coded area."""
    pairs = frame[[coding, naming]].drop_duplicates()
    codes, names = _codes(pairs[coding], areas, prefix), areas.find(pairs[naming].unique())
    known = [(codes[c], names[n][0]) for c, n in pairs.to_numpy() if c in codes and n in names]
    return pairs[coding].is_unique and bool(known) and all(code == name for code, name in known)


def _best(
    frame: pd.DataFrame, columns: list[str], areas: Areas, known: dict[str, int], prefix: int
) -> tuple[tuple[str, ...], str]:
    """Return the column, or the two joined, that names most areas of the study."""
    codes = {column: len({*_codes(frame[column], areas, prefix).values()}) for column in columns}
    best = max(columns, key=lambda c: (codes[c], known[c], not NAMING.search(words_of(c))))
    if codes[best]:
        return (best,), "its header says so, and its cells are codes of areas of the study"
    pairs = {
        pair: len({*_codes(joined(frame, pair), areas, prefix).values()})
        for pair in itertools.permutations(columns[:6], 2)
    }
    pair = max(pairs, key=pairs.__getitem__, default=())
    if pair and pairs[pair]:
        return pair, "its header says so, and together they are codes of areas of the study"
    named = ", and its cells are names of areas of the study" if known[best] else ""
    return (best,), f"its header says so{named}"


def _same_place(frame: pd.DataFrame, column: str, others: tuple[str, ...]) -> bool:
    """Tell whether a column only names what another one codes."""
    pairs = frame[[column, *others]].drop_duplicates()
    return bool(others) and len(pairs) == pairs[column].nunique() == len(
        pairs[list(others)].drop_duplicates()
    )


def _find_value(roles: Roles, frame: pd.DataFrame, likely: list[str], used: set[str]) -> None:
    if likely:
        roles.value, roles.reasons["value"] = likely[0], "its header says so"
        return
    numeric = [
        column for column in frame
        if column not in used and all(is_numeric(cell) for cell in frame[column].unique() if cell)
        and not CATEGORY.search(words_of(column))
    ]  # fmt: skip
    if len(numeric) == 1:
        roles.value, roles.reasons["value"] = numeric[0], "no other column holds numbers"
        return
    listed = ", ".join(f"“{column}”" for column in numeric or frame)
    raise ForeignFileError(
        f"No column is plainly the value: name it with --value; it may be one of {listed}. "
        "Nothing was imported."
    )

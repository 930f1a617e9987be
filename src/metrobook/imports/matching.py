"""Matching: the ids and names of a file against the areas of a study, with guesses why not."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

import pandas as pd
from rapidfuzz import fuzz, process

from metrobook.commuting.faults import FOOTERS, TOTALS, plain
from metrobook.exchange.project import ForeignFileError
from metrobook.study import Study

CITY = "city kota stadt ville cidade ciudad citta stad gemeente municipality municipio comune"
RURAL = "regency kabupaten kab county landkreis lk kreis"
OTHER = (
    "of de da do di du la the del borough district metropolitan london royal commune gemeinde "
    "kommune town unitary authority council urban parish und and region province provinsi "
    "admin administrasi adm dki"
)
CITIES, RURALS = set(CITY.split()), set(RURAL.split())
KIND_WORDS = CITIES | RURALS | set(OTHER.split())
QUALIFIED = re.compile(r"(?P<name>[^(,/\[]+?)\s*(?:\([^)]*\)|\[[^\]]*\]|[,/].*)\s*")
LABELLED = re.compile(r"\[?(?P<first>\w[\w.]*)\]?\s*(?:[:–—|-]\s*|\s+)(?P<rest>.*\w.*)")
NEAR = 86
WHOLES, ELSEWHERE = {"country", "metro"}, "elsewhere"
NAMED, NAME_IN_LABEL = "by their name", "by the name in their label"
LOOSELY = "by their name without words such as city or county"
TOTAL, FOOTER, PARENT, OUTSIDE = "a total", "a note", "a parent area", "outside the study"


@dataclass(frozen=True)
class Matches:
    """Which area each id of a file is.

    Attributes
    ----------
    table : pandas.DataFrame
        Index: the ids as they stand in the file; ``area_code`` (empty where none was found),
        ``how`` it was found, and ``guess`` what an id without an area is.
    """

    table: pd.DataFrame

    @property
    def found(self) -> pd.DataFrame:
        return self.table[self.table["area_code"] != ""]

    @property
    def missed(self) -> pd.DataFrame:
        return self.table[self.table["area_code"] == ""]

    def codes(self, ids: pd.Series) -> pd.Series:
        """Return the codes of areas for ids, empty where there is none."""
        return ids.map(self.table["area_code"])

    def sentence(self) -> str:
        """Return in words how the ids were matched."""
        counts = self.found.groupby("how", sort=False).size().sort_values(ascending=False)
        ways = "; ".join(f"{count} {how}" for how, count in counts.items())
        areas = self.found["area_code"].nunique()
        return f"{len(self.found)} of {len(self.table)} ids are {areas} areas of the study: {ways}."


class Areas:
    """The areas of a study by their codes and names in every spelling.

    Parameters
    ----------
    areas : pandas.DataFrame
        ``area_code``, ``name_en`` and other names, ``level``, ``parent_code`` and any other column
        of codes, such as ``government_code``.
    wanted : iterable of str, optional
        Codes that ids may become; all by default.
    """

    def __init__(self, areas: pd.DataFrame, wanted: Iterable[str] | None = None):
        self.all = areas.astype(object).set_index("area_code", drop=False).fillna("")
        codes = list(self.all.index) if wanted is None else list(wanted)
        self.wanted = self.all[self.all.index.isin(codes)]
        self.names = [column for column in areas if column.startswith("name_")]
        self.others = [
            column for column in areas
            if column.endswith("_code") and column not in ("area_code", "parent_code")
        ]  # fmt: skip

    @classmethod
    def between(cls, study: Study) -> Areas:
        """The areas between which people travel, and those that stand for all places elsewhere."""
        areas = study.areas
        parts = ~areas["area_code"].isin(areas["parent_code"]) & ~areas["level"].isin(WHOLES)
        zones = study.zones or areas.loc[parts, "area_code"].tolist()
        elsewhere = areas.loc[areas["level"] == ELSEWHERE, "area_code"]
        return cls(areas, [*zones, *elsewhere])

    @cached_property
    def ways(self) -> list[tuple[str, dict[str, set[str]], Callable[[str], str]]]:
        """How an id is compared: in words, the areas by spelling, and the spelling of an id."""
        named = [(name, code) for column in self.names for code, name in self._of(column)]
        codes = [(code, code) for code in self.wanted.index]
        further = [(other, code) for column in self.others for code, other in self._of(column)]
        return [
            ("by their code", _index(codes, str.strip), str.strip),
            ("by their code in other letters", _index(codes, str.casefold), str.casefold),
            ("by their code with leading zeros restored", _index(codes, _number), _number),
            ("by another code of the areas table", _index(further, str.strip), str.strip),
            (NAMED, _index(named, spelled), spelled),
            ("by the code in their label", _index(codes, plain), _code_in_label),
            (NAME_IN_LABEL, _index(named, spelled), _name_in_label),
        ]

    def match(
        self, ids: Iterable[str], chosen: Mapping[str, str] | None = None, prefix: int = 0
    ) -> Matches:
        """Return which area each id is, trying exact ways before loose ones.

        Parameters
        ----------
        ids : iterable of str
        chosen : mapping of str to str, optional
            Codes of areas by id, decided by a person.
        prefix : int
            Take that many first characters of each id, once lost leading zeros are restored to
            the length of the longest; 0 takes all.

        Raises
        ------
        ForeignFileError
            If a chosen id or area does not exist.
        """
        every = sorted(set(ids))
        found = self.find(every, chosen, prefix)
        unknown = [name for name in every if name not in found]
        guesses = self._guesses(unknown, every, {code for code, _how in found.values()})
        rows = [(*found.get(name, ("", "")), guesses.get(name, "")) for name in every]
        columns = ["area_code", "how", "guess"]
        return Matches(pd.DataFrame(rows, index=every, columns=columns, dtype=object))

    def find(
        self, ids: Iterable[str], chosen: Mapping[str, str] | None = None, prefix: int = 0
    ) -> dict[str, tuple[str, str]]:
        """Return the code of the area that each known id is, and how it was found.

        Parameters and errors are those of :meth:`match`.
        """
        every = sorted(set(ids))
        found = dict(self._chosen(every, chosen or {}))
        if prefix:
            cuts = [shortened(every, prefix), shortened(every, prefix, lost=1)]
            ways = [(f"by the first {prefix} characters", *way[1:]) for way in self.ways[:3]]
            hits = [self._exactly(cut, ways, found) for cut in cuts]
            return found | (hits[0] or hits[1])
        found |= self._exactly({name: name for name in every}, self.ways, found)
        return found | self._loosely(every, found)

    def _exactly(self, spellings: Mapping[str, str], ways: list, known: Mapping) -> dict:
        """Return the areas of ids that are spelled like one area only, tried way by way."""
        found: dict[str, tuple[str, str]] = {}
        for how, index, spelling in ways:
            for name, text in spellings.items():
                fitting = index.get(spelling(text), ())
                if len(fitting) == 1 and name not in found and name not in known:
                    found[name] = (next(iter(fitting)), how)
        return found

    def knows(self, text: str) -> bool:
        """Tell whether a text is the code or the name of an area, exactly or nearly so."""
        return any(spelling(text) in index for _how, index, spelling in self.ways[:5])

    def examples(self) -> str:
        """Return three areas as code and name."""
        first = self.wanted.head(3)
        return ", ".join(f"{row.area_code} ({row.name_en})" for row in first.itertuples())

    def _of(self, column: str) -> list[tuple[str, str]]:
        cells = self.wanted[column].astype(str)
        return [(code, cell) for code, cell in cells.items() if cell]

    def _chosen(
        self, ids: list[str], chosen: Mapping[str, str]
    ) -> Iterator[tuple[str, tuple[str, str]]]:
        for name, code in chosen.items():
            if name not in ids or code not in self.all.index:
                what, wrong = ("id in the file", name) if name not in ids else ("area", code)
                raise ForeignFileError(
                    f"--area {name}={code}: there is no {what} “{wrong}”. The areas are written "
                    f"like {self.examples()}. Nothing was imported."
                )
            yield name, (code, "as you said")

    def _loosely(self, ids: list[str], found: dict[str, tuple[str, str]]) -> dict:
        """Match names without the words for kinds of areas, where neither side leaves a doubt."""
        taken = {code for code, how in found.values() if how in (NAMED, NAME_IN_LABEL)}
        groups: dict[str, list[str]] = defaultdict(list)
        for name in ids:
            if name not in found:
                groups[bare(_unqualified(name))].append(name)
        loosely = {}
        for key, names in groups.items():
            fitting = {
                code for code in self._bare_names.get(key, ()) if code not in taken
                and all(self._same_kind(name, code) for name in names)
            }  # fmt: skip
            if key and len(fitting) == 1 and len({spelled(name) for name in names}) == 1:
                loosely |= dict.fromkeys(names, (next(iter(fitting)), LOOSELY))
        return loosely

    @cached_property
    def _all_names(self) -> list[tuple[str, str]]:
        return [pair for column in self.names for pair in self._of(column)]

    @cached_property
    def _bare_names(self) -> dict[str, set[str]]:
        return _index([(name, code) for code, name in self._all_names], bare)

    def _same_kind(self, name: str, code: str) -> bool:
        own = _kind(name)
        kinds = {_kind(str(self.wanted.loc[code, column])) for column in self.names} - {""}
        return not own or not kinds or own in kinds

    def _guesses(self, unknown: list[str], ids: list[str], matched: set[str]) -> dict[str, str]:
        """Return for ids without an area what they are likely to be."""
        parents = Areas(self.all.reset_index(drop=True), self._parents)
        prefixes = self._prefixes(ids)
        free = {name: bare(name) for code, name in self._all_names if code not in matched}
        codes = {name: code for code, name in self._all_names}
        guesses = {}
        for name in unknown:
            if TOTALS.match(name):
                guesses[name] = TOTAL
            elif FOOTERS.match(name) or not name.strip():
                guesses[name] = FOOTER
            elif name in prefixes or parents.knows(name):
                guesses[name] = PARENT
            else:
                same = sorted(self._bare_names.get(bare(_unqualified(name)), ()))
                near = process.extractOne(bare(name), free, scorer=fuzz.ratio, score_cutoff=NEAR)
                if near and re.findall(r"\d", near[2]) == re.findall(r"\d", name):
                    same = same or [codes[near[2]]]
                guesses[name] = self._perhaps(name, same) if same else OUTSIDE
        return guesses

    @cached_property
    def _parents(self) -> set[str]:
        """The areas that the wanted ones are part of."""
        parent = self.all["parent_code"].to_dict() if "parent_code" in self.all else {}
        above = set(self.all.index[self.all["level"].isin(WHOLES)])
        for code in self.wanted.index[self.wanted["level"] != ELSEWHERE]:
            while (code := parent.get(code, "")) and code not in above:
                above.add(code)
        return above - set(self.wanted.index)

    def _perhaps(self, name: str, codes: list[str]) -> str:
        listed = " or ".join(f"{code} ({self.wanted.loc[code, 'name_en']})" for code in codes)
        return f'perhaps {listed}: say --area "{name}={codes[0]}"'

    def _prefixes(self, ids: list[str]) -> set[str]:
        """Return the ids that are areas others of the file are part of: a file of two levels."""
        codes = {name for name in ids if len(name) > 1 and any(map(str.isdigit, name))}
        beginnings = {name[:end] for name in codes for end in range(2, len(name))}
        own = {code[:end] for code in self.wanted.index for end in range(2, len(code))}
        lengths: dict[int, list[bool]] = defaultdict(list)
        for name in codes:
            lengths[len(name)].append(name in beginnings)
        return {
            name for name in codes & beginnings & own
            if 2 * sum(lengths[len(name)]) > len(lengths[len(name)])
        }  # fmt: skip


def counted(count: int, what: str) -> str:
    """Return a count with its noun.

    Examples
    --------
    >>> counted(1, "id"), counted(2000, "id")
    ('1 id', '2,000 ids')
    """
    return f"{count:,} {what}{'' if count == 1 else 's'}"


def spelled(name: str) -> str:
    """Return a name in small letters without accents and signs.

    Examples
    --------
    >>> spelled("São  João-del-Rei")
    'sao joao del rei'
    """
    letters = unicodedata.normalize("NFKD", name).casefold().replace("ß", "ss")
    return " ".join(re.findall(r"\w+", "".join(c for c in letters if not unicodedata.combining(c))))


def bare(name: str) -> str:
    """Return a name without the words for kinds of areas.

    Examples
    --------
    >>> bare("Kota Cimahi"), bare("City of Leeds"), bare("Kab. Bandung Barat")
    ('cimahi', 'leeds', 'bandung barat')
    """
    return " ".join(word for word in spelled(name).split() if word not in KIND_WORDS)


def shortened(ids: Iterable[str], prefix: int, lost: int = 0) -> dict[str, str]:
    """Return the first characters of ids, once lost leading zeros are restored.

    Parameters
    ----------
    ids : iterable of str
    prefix : int
    lost : int
        How many zeros even the longest id lost.

    Examples
    --------
    >>> shortened(["10010201001000", "250173543003012"], 5)
    {'10010201001000': '01001', '250173543003012': '25017'}
    """
    names = list(ids)
    width = max((len(name) for name in names if name.isdigit()), default=0) + lost
    return {name: (name.zfill(width) if name.isdigit() else name)[:prefix] for name in names}


def _index(pairs: Iterable[tuple[str, str]], spelling: Callable[[str], str]) -> dict[str, set[str]]:
    index: dict[str, set[str]] = defaultdict(set)
    for text, code in pairs:
        index[spelling(text)].add(code)
    return index


def _number(name: str) -> str:
    """Return an id without leading zeros and decimals, unless nothing would be left of it."""
    return plain(name.strip()) if name.strip(" 0.") else name.strip()


def _kind(name: str) -> str:
    words = set(spelled(name).split())
    return "city" if words & CITIES else "rural" if words & RURALS else ""


def _unqualified(name: str) -> str:
    found = QUALIFIED.fullmatch(name.strip())
    return found["name"] if found else name


def _code_in_label(name: str) -> str:
    found = LABELLED.fullmatch(name.strip())
    if found and any(char.isdigit() for char in found["first"]):
        return plain(found["first"])
    last = re.split(r"[\s:(\[]+", name.strip().rstrip(")]"))[-1]
    return plain(last) if last != name.strip() and any(map(str.isdigit, last)) else "\0"


def _name_in_label(name: str) -> str:
    found = LABELLED.fullmatch(name.strip())
    coded = found and any(char.isdigit() for char in found["first"])
    return spelled(found["rest"]) if coded else "\0"

"""Which columns of a file hold the ids and the names of its zones, and ids as text."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field

import pandas as pd

from metrobook.exchange.project import ForeignFileError, Report
from metrobook.imports.matching import spelled
from metrobook.imports.roles import joined

WORDS = re.compile(r"[A-Z]{2,}(?=[A-Z][a-z])|[A-Z]?[a-z]+|[A-Z]+|\d+")
CODE_WORDS = {
    "cd", "code", "codes", "cod", "codigo", "kod", "kode", "kd", "pcode", "cve", "cvegeo", "geoid",
    "gss", "fips", "insee", "ags", "ars", "istat", "gisco", "nuts", "lau", "gkz", "ibge", "zone",
    "zona", "codice", "nummer", "number", "com", "pro",
}  # fmt: skip
CODE_ENDS = re.compile(r"^(kd|kode|cod|cve|code|id)[a-z]*$|[a-z](cd|code|id|uid|kode)$")
KEYS = {"fid", "objectid", "gid", "oid", "globalid", "objid", "uuid", "rowid", "index", "ogcfid"}
NAME_WORDS = {
    "name", "nm", "nom", "nome", "nama", "nombre", "naam", "nazwa", "navn", "namn", "gen", "label",
    "namobj", "nameunit", "nomgeo", "comune", "libelle", "denominazione", "title", "nimi",
}  # fmt: skip
NAME_ENDS = re.compile(r"^(nm|nama|nom|name)[a-z]*$|[a-z](name|naam|nama)$")
WHOLE = re.compile(r"^-?\d+\.0+$")
FORBIDDEN = re.compile(r"[^\w.:/-]+")
LEAST_DIFFERENT = 0.5
SAMPLE = 3
SHOWN = 10


@dataclass(frozen=True)
class Chosen:
    """The columns in which ids and names stand.

    Attributes
    ----------
    id : str or None
        None if no column speaks of ids.
    names : dict
        Language -> column; that of ``en`` is the name as the file has it.
    why : list of str
        One sentence for each choice.
    """

    id: str | None
    names: dict[str, str]
    why: list[str] = field(default_factory=list)


def as_text(column: pd.Series) -> pd.Series:
    """Return cells as text: whole numbers without a decimal point, blank where nothing stands.

    Examples
    --------
    >>> as_text(pd.Series([3277.0, None])).tolist()
    ['3277', '']
    >>> as_text(pd.Series(["3277.0", "3273.0"])).tolist(), as_text(pd.Series([" 06 "])).tolist()
    (['3277', '3273'], ['06'])
    """
    texts = pd.Series(["" if _missing(cell) else _text(cell) for cell in column], column.index)
    filled = texts[texts != ""]
    if len(filled) and all(map(WHOLE.match, filled)):
        return texts.str.replace(r"\.0+$", "", regex=True)
    return texts


def choose_columns(
    rows: pd.DataFrame,
    languages: Sequence[str],
    codes: Collection[str],
    names: Collection[str],
    given_id: str,
    given_names: Iterable[str],
) -> Chosen:
    """Choose the columns of ids and names, by what is given, else by headers and values.

    Parameters
    ----------
    rows : pandas.DataFrame
        The columns of the file, without geometry.
    languages : sequence of str
        Those of the study.
    codes, names : collection of str
        Those of the areas that the study has: a column that holds them goes before others.
    given_id : str
        A column, or empty.
    given_names : iterable of str
        Columns, each as ``COLUMN`` or ``LANGUAGE=COLUMN``.

    Raises
    ------
    ForeignFileError
        If a column that is given is not there, or neither ids nor names can be found.
    """
    texts = {str(name): as_text(rows[name]) for name in rows}
    why = []
    key = named(texts, given_id, "--id") if given_id else _guessed_id(texts, set(codes), why)
    told = {}
    for given in given_names:
        language, _, column = given.rpartition("=")
        if language and language not in languages:
            raise ForeignFileError(
                f"--name {given}: {language!r} is no language of the study; its languages are "
                f"{', '.join(languages)}."
            )
        told[language or "en"] = named(texts, column, "--name")
    if "en" not in told:
        guessed = _guessed_name(texts, key, {spelled(name) for name in names}, why)
        told |= {"en": guessed} if guessed else {}
    if "en" in told:
        told = _translations(texts, told["en"], languages) | told
    if key is None and "en" in told:
        why.append("No column speaks of ids: codes of new areas are made from their names (--id).")
    if key is None and "en" not in told:
        raise ForeignFileError(
            f"No column looks like the ids of zones. Name it with --id; there are {shown(texts)}."
        )
    return Chosen(key, {language: told[language] for language in sorted(told)}, why)


def with_joined(
    rows: pd.DataFrame, given_id: str, codes: Collection[str]
) -> tuple[pd.DataFrame, list[str]]:
    """Return the columns of a file with one more, ``A+B``, if ids are made of several; and say so.

    Parameters
    ----------
    rows : pandas.DataFrame
    given_id : str
    codes : collection of str
        Those of the study: where all are of one length, lost zeros of the last part are restored.

    Examples
    --------
    >>> rows = pd.DataFrame({"state": [1, 25], "county": [1.0, 7.0]})
    >>> with_joined(rows, "state+county", ["25007"])[0]["state+county"].tolist()
    ['01001', '25007']
    """
    texts = pd.DataFrame({str(name): as_text(rows[name]) for name in rows})
    if "+" not in given_id or given_id.casefold() in map(str.casefold, texts):
        return rows, []
    parts = [named(dict(texts.items()), part.strip(), "--id") for part in given_id.split("+")]
    lengths = {len(code) for code in codes if code.isdigit()}
    filled = (texts[parts] != "").all(axis=1)
    before, last = joined(texts[filled], tuple(parts[:-1])), texts.loc[filled, parts[-1]]
    width = (
        next(iter(lengths)) - before.str.len().max() if len(lengths) == 1 and filled.any() else 0
    )
    texts[given_id] = joined(texts.assign(last=last.str.zfill(int(width))), (*parts[:-1], "last"))
    texts[given_id] = texts[given_id].where(filled, "")
    example = "".join(texts.loc[filled, given_id].head(1))
    said = f"Ids are {' and '.join(parts)} put together, such as {example}."
    return rows.assign(**{given_id: texts[given_id]}), [said]


def clean_codes(codes: pd.Series, known: Collection[str], report: Report) -> pd.Series:
    """Return ids as area codes: padded as those of the study, odd characters replaced.

    Raises
    ------
    ForeignFileError
        If two ids become the same code.
    """
    padded = _padded(codes, known)
    report.changed(
        "ids", int((padded != codes).sum()), "zeros put before them, as the study's area codes have"
    )
    cleaned = padded.map(lambda code: FORBIDDEN.sub("-", code).strip("-.:/") if code else code)
    changed = cleaned != padded
    examples = ", ".join(
        f"{old!r} is {new!r}"
        for old, new in zip(
            padded[changed].head(SAMPLE), cleaned[changed].head(SAMPLE), strict=True
        )
    )
    report.changed(
        "ids", int(changed.sum()),
        f"characters that an area code may not have are hyphens: {examples}",
    )  # fmt: skip
    origins = codes[cleaned != ""].groupby(cleaned).unique()
    for code, originals in origins[origins.map(len) > 1].items():
        raise ForeignFileError(
            f"The ids {' and '.join(map(repr, originals[:SAMPLE]))} would both become the area "
            f"code {code!r}: rename one of them, or choose another column with --id."
        )
    return cleaned


def shown(texts: dict[str, pd.Series]) -> str:
    """Return columns with an example each, for a message.

    Examples
    --------
    >>> shown({"KODE": pd.Series(["", "3277"]), "note": pd.Series([""])})
    "KODE (such as '3277'), note (blank)"
    """
    parts = []
    for name, column in texts.items():
        filled = column[column != ""]
        parts.append(f"{name} (such as {filled.iloc[0]!r})" if len(filled) else f"{name} (blank)")
    return ", ".join(parts[:SHOWN]) + (" …" if len(parts) > SHOWN else "")


def _missing(cell: object) -> bool:
    return pd.api.types.is_scalar(cell) and bool(pd.isna(cell))


def _text(cell: object) -> str:
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return " ".join(str(cell).split())


def named(texts: dict[str, pd.Series], column: str, option: str) -> str:
    same = [name for name in texts if name == column]
    alike = [name for name in texts if name.casefold() == column.casefold()]
    if len(same or alike) == 1:
        return (same or alike)[0]
    raise ForeignFileError(f"{option}: there is no column {column!r}; there are {shown(texts)}.")


def _words(header: str) -> list[str]:
    return [word.casefold() for word in WORDS.findall(header)]


def _code_points(header: str) -> float:
    """Return how much a header speaks of codes: 0 for not at all."""
    words = _words(header)
    if "".join(words) in KEYS:
        return 0.5
    if _name_points(header):
        return 0
    if CODE_WORDS.intersection(words):
        return 3
    return 2 if any(word == "id" or CODE_ENDS.search(word) for word in words) else 0


def _name_points(header: str) -> float:
    words = _words(header)
    if NAME_WORDS.intersection(words):
        return 3
    return 2 if any(map(NAME_ENDS.search, words)) else 0


def _different(column: pd.Series) -> float:
    return column[column != ""].nunique() / max(len(column), 1)


def _best(texts: dict[str, pd.Series], score: Callable[[str], float]) -> str | None:
    scores = {name: score(name) for name in texts}
    best = max(scores, key=scores.__getitem__, default=None)
    return best if best is not None and scores[best] > 0 else None


def _guessed_id(texts: dict[str, pd.Series], codes: set[str], why: list[str]) -> str | None:
    bare = {code.lstrip("0") for code in codes}

    def held(name: str) -> float:
        return len(bare & set(texts[name].str.lstrip("0"))) / len(bare) if bare else 0

    def score(name: str) -> float:
        points, different = _code_points(name), _different(texts[name])
        fits = held(name) if points >= 1 or held(name) > LEAST_DIFFERENT else 0
        if not (points or fits) or different < LEAST_DIFFERENT:
            return 0
        return 10 * fits + points + 4 * different

    best = _best(texts, score)
    if best is None:
        return None
    reasons = ["its header speaks of a code"] if _code_points(best) > 1 else []
    if texts[best].is_unique:
        reasons.append("its values are all different")
    if held(best):
        reasons.append("it holds area codes of the study")
    reason = ", ".join(reasons) or "no other fits better"
    why.append(f"Ids are taken from the column {best}: {reason} (--id names another).")
    return best


def _guessed_name(
    texts: dict[str, pd.Series], key: str | None, names: set[str], why: list[str]
) -> str | None:
    stem = _stem(key) if key else None

    def held(name: str) -> float:
        return len(names & set(texts[name].map(spelled))) / len(names) if names else 0

    def score(name: str) -> float:
        if name == key or texts[name].str.fullmatch(r"[-\d.,]*").all():
            return 0
        points = _name_points(name)
        points += 2 * (stem == _stem(name)) if stem and not _code_points(name) else 0
        fits = held(name)
        return 10 * fits + points + 2 * _different(texts[name]) if points or fits else 0

    best = _best(texts, score)
    if best:
        reasons = ["its header speaks of a name"] if _name_points(best) else []
        reasons += ["its header is like that of the ids"] if stem and stem == _stem(best) else []
        reasons += ["it holds names of the study's areas"] if held(best) else []
        why.append(f"Names are taken from {best}: {', '.join(reasons)} (--name names another).")
    return best


def _stem(header: str) -> tuple[str, ...]:
    """Return what the header of an id has in common with that of its name: ``("adm", "2")``."""
    return tuple(
        word for word in _words(header)
        if word not in CODE_WORDS | NAME_WORDS | {"id"} and not re.fullmatch("[a-z]{2}", word)
    )  # fmt: skip


def _translations(
    texts: dict[str, pd.Series], english: str, languages: Sequence[str]
) -> dict[str, str]:
    """Return the columns that hold the names in further languages: ``name_pt`` beside ``name``."""
    stem = _words(english)
    found = {stem[-1]: english} if stem and stem[-1] in languages else {}
    stem = stem[:-1] if found else stem
    for language in languages:
        own = [name for name in texts if _words(name) == [*stem, language]]
        if own and _different(texts[own[0]]):
            found[language] = own[0]
    return found


def _padded(codes: pd.Series, known: Collection[str]) -> pd.Series:
    widths = {
        len(code) for code in known if code.isdigit() and code.startswith("0") and len(code) > 1
    }
    if len(widths) != 1:
        return codes
    width = widths.pop()
    return codes.map(lambda code: code.zfill(width) if code.isdigit() else code)

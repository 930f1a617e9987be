"""Pseudonyms: names of private persons replaced by a key that stays outside the repository."""

from __future__ import annotations

import csv
import re
import shutil
import subprocess
import unicodedata
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from metrobook.amend import Amendment
from metrobook.compendium import StudyError, read_csv, schema
from metrobook.exchange.intake import DOCUMENTS
from metrobook.exchange.text import checksum, decode, normalise
from metrobook.study import Study

HEADER = ["name", "pseudonym"]
TABLES = (
    "evidence", "documents", "stances", "adjudications", "actors", "syntheses", "surprises",
    "rivals", "sources", "codings", "events", "agreements",
)  # fmt: skip
UNSPACED = ("CJK", "HIRAGANA", "KATAKANA", "THAI", "LAO", "KHMER", "MYANMAR")


@dataclass
class Replaced:
    """What was replaced and what is left.

    Attributes
    ----------
    counts : Counter
        ``(pseudonym, file) -> replacements``.
    left : list of str
        Places where a name still stands, for instance within an identifier.
    """

    counts: Counter = field(default_factory=Counter)
    left: list[str] = field(default_factory=list)


def read_key(path: Path) -> dict[str, str]:
    """Return the pseudonym of each name.

    Raises
    ------
    StudyError
        If the key might be tracked by version control, is absent (an empty one is then laid
        out), or has a row without name or pseudonym, a name twice, or a name as pseudonym.
    """
    refuse_if_tracked(path)
    if path.is_dir():
        raise StudyError(f"{path} is a folder; a CSV file of names and pseudonyms was expected.")
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(",".join(HEADER) + "\n", encoding="utf-8")
        raise StudyError(
            f"There was no key, so an empty one was laid out at {path}. Write one name and its "
            "pseudonym in each row, then run the command again."
        )
    text, _encoding = decode(path.read_bytes(), path.name)
    rows = list(csv.reader(normalise(text).splitlines()))
    if not rows or rows[0] != HEADER:
        raise StudyError(f"{path.name}, row 1: the header name,pseudonym was expected.")
    key: dict[str, str] = {}
    for number, row in enumerate(rows[1:], start=2):
        name, pseudonym = (
            unicodedata.normalize("NFC", cell.strip()) for cell in (*row, "", "")[:2]
        )
        if not row or not (name or pseudonym):
            continue
        if not (name and pseudonym):
            raise StudyError(f"{path.name}, row {number}: a name and a pseudonym were expected.")
        if name.casefold() in map(str.casefold, key):
            raise StudyError(f"{path.name}, row {number}: the name stands there twice.")
        key[name] = pseudonym
    pattern = _pattern(key)
    for number, pseudonym in enumerate(key.values(), start=2):
        if key and pattern.search(pseudonym):
            raise StudyError(f"{path.name}, row {number}: the pseudonym holds a name of the key.")
    return key


def refuse_if_tracked(path: Path) -> None:
    """Raise unless version control certainly leaves a file alone.

    Raises
    ------
    StudyError
        If the file is tracked, or lies inside a repository that does not ignore it.
    """
    path = path.resolve()
    folder = next(parent for parent in path.parents if parent.exists())
    if not any((parent / ".git").exists() for parent in (folder, *folder.parents)):
        return
    if shutil.which("git") is not None:
        tracked = _git(folder, "ls-files", "--error-unmatch", str(path))
        if not tracked and _git(folder, "check-ignore", "--quiet", str(path)):
            return
    raise StudyError(
        f"The key {path.name} lies inside a repository that would track it, so that the names "
        "would be published. Keep it outside the repository, or in the folder keys/, which "
        "version control ignores. Nothing was changed."
    )


def _git(folder: Path, *command: str) -> bool:
    done = subprocess.run(["git", "-C", str(folder), *command], capture_output=True, check=False)
    return done.returncode == 0


def pseudonymise(study: Study, key: dict[str, str]) -> tuple[Amendment, Replaced]:
    """Return the changes that replace the names in a study, and what they replace.

    Names are replaced as whole words, in the tables of the evidence and in documents at hand;
    positions of passages and checksums follow.

    Parameters
    ----------
    study : Study
    key : dict
        The result of :func:`read_key`.
    """
    amendment, replaced = Amendment(study.folder), Replaced()
    if not key:
        return amendment, replaced
    pattern = _pattern(key)
    texts = _documents(study, key, pattern, amendment, replaced)
    for table in TABLES:
        for path in study.paths(table):
            file = path.relative_to(study.folder).as_posix()
            frame = read_csv(path)
            if frame.empty:
                continue
            changed = frame.copy()
            for column in frame.columns.intersection(_free(table)):
                changed[column] = [
                    _replace(cell, key, pattern, replaced.counts, file)[0] for cell in frame[column]
                ]
            if table == "evidence":
                _move_passages(changed, texts)
            if table == "documents":
                _renew_checksums(changed, texts)
            replaced.left += _left(changed, file, key)
            if not changed.equals(frame):
                amendment.files[file] = changed.to_csv(index=False, lineterminator="\n")
    return amendment, replaced


def _pattern(key: dict[str, str]) -> re.Pattern:
    names = sorted(key, key=len, reverse=True)
    return re.compile("|".join(map(_expression, names)), re.IGNORECASE)


def _expression(name: str) -> str:
    """Return what finds a name: as whole words, where the script writes words apart."""
    words = r"\s+".join(map(re.escape, name.split()))
    unspaced = any(unicodedata.name(letter, "").startswith(UNSPACED) for letter in name)
    return words if unspaced else rf"(?<!\w){words}(?!\w)"


def _replace(
    text: str, key: dict[str, str], pattern: re.Pattern, counts: Counter, file: str
) -> tuple[str, list[tuple[int, int, int]]]:
    """Return the text with pseudonyms, and each change as start, end and new length."""
    text = unicodedata.normalize("NFC", text)
    folded = {" ".join(name.casefold().split()): pseudonym for name, pseudonym in key.items()}
    changes, parts, last = [], [], 0
    for match in pattern.finditer(text):
        if match[0].islower() and not any(name.islower() for name in key):
            continue
        pseudonym = folded[" ".join(match[0].casefold().split())]
        counts[pseudonym, file] += 1
        changes.append((match.start(), match.end(), len(pseudonym)))
        parts += [text[last : match.start()], pseudonym]
        last = match.end()
    return "".join([*parts, text[last:]]), changes


def moved(position: int, changes: list[tuple[int, int, int]], *, end: bool) -> int:
    """Return where a position stands after names were replaced.

    A boundary inside a name moves to the pseudonym's boundary, outwards.

    Examples
    --------
    >>> moved(10, [(0, 4, 2)], end=False), moved(2, [(0, 4, 2)], end=True)
    (8, 2)
    """
    shift = 0
    for start, stop, length in changes:
        if position >= stop:
            shift += length - (stop - start)
        elif position > start:
            return start + shift + (length if end else 0)
    return position + shift


def _documents(
    study: Study, key: dict[str, str], pattern: re.Pattern, amendment: Amendment, replaced: Replaced
) -> dict[str, tuple[str, list[tuple[int, int, int]]]]:
    texts = {}
    for path in sorted((study.folder / DOCUMENTS).glob("*.txt")):
        file = path.relative_to(study.folder).as_posix()
        before = path.read_text(encoding="utf-8")
        text, changes = _replace(before, key, pattern, replaced.counts, file)
        if changes:
            texts[path.stem] = (text, changes)
            amendment.files[file] = text
            _move_turns(study, path.with_suffix(".turns.tsv"), key, changes, amendment)
    return texts


def _move_turns(
    study: Study, path: Path, key: dict[str, str], changes: list, amendment: Amendment
) -> None:
    if not path.exists():
        return
    turns = pd.read_csv(path, sep="\t", dtype={"speaker": str, "time": str}, keep_default_na=False)
    named, pattern = Counter(), _pattern(key)
    turns["speaker"] = [_replace(cell, key, pattern, named, "")[0] for cell in turns["speaker"]]
    turns["start"] = [moved(position, changes, end=False) for position in turns["start"]]
    turns["end"] = [moved(position, changes, end=True) for position in turns["end"]]
    file = path.relative_to(study.folder).as_posix()
    amendment.files[file] = turns.to_csv(sep="\t", index=False, lineterminator="\n")


def _move_passages(evidence: pd.DataFrame, texts: dict) -> None:
    for row in evidence.index[evidence["document_id"].isin(texts) & (evidence["start"] != "")]:
        text, changes = texts[evidence.at[row, "document_id"]]
        start = moved(int(evidence.at[row, "start"]), changes, end=False)
        end = moved(int(evidence.at[row, "end"]), changes, end=True)
        evidence.loc[row, ["start", "end"]] = [str(start), str(end)]
        evidence.at[row, "text_en"] = text[start:end].strip()


def _renew_checksums(documents: pd.DataFrame, texts: dict) -> None:
    for row in documents.index[documents["document_id"].isin(texts)]:
        text, _changes = texts[documents.at[row, "document_id"]]
        documents.loc[row, ["characters", "sha256"]] = [str(len(text)), checksum(text)]


def _free(table: str) -> list[str]:
    """Return the columns of a table that hold free text."""
    return [
        column["name"]
        for column in schema(table)["fields"]
        if column["type"] == "string" and not {"pattern", "enum"} & {*column.get("constraints", {})}
    ]


def _left(frame: pd.DataFrame, file: str, key: dict[str, str]) -> list[str]:
    """Return the cells that still hold a name, for instance as part of an identifier."""
    names = [name.casefold() for name in key]
    return [
        f"{file}, row {row + 2}, column {column}"
        for column in frame.columns
        for row, cell in enumerate(frame[column].str.replace(r"[-_]", " ", regex=True))
        if any(name in cell.casefold() for name in names)
    ]

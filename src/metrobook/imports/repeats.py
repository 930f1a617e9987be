"""Repeats: rows of one key that differ in a further column, and how a person chooses among them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

import pandas as pd

from metrobook.exchange.project import ForeignFileError
from metrobook.imports.matching import counted
from metrobook.imports.spread import Spread

SHOWN = 6


def kept(spread: Spread, keep: Iterable[str]) -> tuple[Spread, list[str]]:
    """Return a table with the rows that have one of the wanted values only, and say so.

    Parameters
    ----------
    spread : Spread
    keep : iterable of str
        Each ``COLUMN=VALUE`` or ``COLUMN=VALUE|VALUE``.

    Raises
    ------
    ForeignFileError
        If there is no such column or value.
    """
    said, names = [], spread.columns()
    for wish in keep:
        column, _, wanted = (part.strip() for part in wish.partition("="))
        if column not in names or not wanted:
            raise ForeignFileError(
                f"--keep {wish} is not written COLUMN=VALUE with a column of the file; they are "
                f"{listed(names)}. Nothing was imported."
            )
        place, values = names.index(column), {value.strip() for value in wanted.split("|")}
        there = dict.fromkeys(row[place] for row in spread.rows)
        if missing := sorted(values - set(there)):
            raise ForeignFileError(
                f"“{column}” has no value “{missing[0]}”; it has {listed([*there][:20])}. "
                "Nothing was imported."
            )
        said.append(f"Only rows with “{column}” {' or '.join(sorted(values))} are read.")
        chosen = [n for n, row in enumerate(spread.rows) if row[place] in values]
        spread.report.lost("rows", len(spread.rows) - len(chosen), f"other values of “{column}”")
        rows, numbers = ([part[n] for n in chosen] for part in (spread.rows, spread.numbers))
        spread = replace(spread, rows=rows, numbers=numbers)
    return spread, said


def refuse_repeats(
    spread: Spread,
    keys: pd.DataFrame,
    read: Iterable[str],
    what: str,
    sum_over: Sequence[str] | None = None,
) -> list[str]:
    """Refuse keys that stand in several rows unless it is said over what they are added up.

    Parameters
    ----------
    spread : Spread
    keys : pandas.DataFrame
        What must stand once, such as origin and destination; index: the row of the file.
    read : iterable of str
        Columns of the table that are read already.
    what : str
        What a key is called.
    sum_over : sequence of str, optional
        Columns over whose values the rows of a key are added up; None where they cannot be.

    Returns
    -------
    list of str
        What is added up, as sentences.

    Raises
    ------
    ForeignFileError
        Naming the columns in which the rows of a key differ, and their values.
    """
    frame, over = spread.frame(), list(sum_over or ())
    if unknown := [column for column in over if column not in frame]:
        raise ForeignFileError(
            f"--sum-over: there is no column “{unknown[0]}”; the columns are {listed(frame)}. "
            "Nothing was imported."
        )
    table = keys.join(frame[over].add_prefix("over "))
    repeated = table[table.duplicated(keep=False)]
    if len(repeated):
        rows = frame.loc[repeated.index]
        groups = repeated.groupby([*table], sort=False).ngroup().to_numpy()
        varying = [
            column for column in frame
            if column not in {*read, *over}
            and rows[column].groupby(groups).nunique().gt(1).any()
            and rows[column].nunique() < max(3, len(rows) / 2)
        ]  # fmt: skip
        _refuse(repeated, rows, varying, what, sum_over is not None)
    again = int(keys.duplicated().sum())
    rows_of = f"{counted(again, 'further row')} of the same {what}s"
    return [f"{rows_of} added up over {listed(over)}."] if again else []


def listed(names: Iterable[str]) -> str:
    """Return names in quotation marks, for a sentence."""
    return ", ".join(f"“{name}”" for name in names)


def _refuse(
    repeated: pd.DataFrame, rows: pd.DataFrame, varying: list[str], what: str, summable: bool
) -> None:
    first = repeated.iloc[0]
    same = repeated.index[(repeated == first).all(axis="columns")]
    stands = (
        f"{counted(len(repeated.drop_duplicates()), what)} in several rows, such as "
        f"{' → '.join(map(str, first))} in rows {', '.join(map(str, same[:4]))}"
    )
    if not varying:
        raise ForeignFileError(
            f"{stands}, and no column tells them apart: remove the rows that are repeated. "
            "Nothing was imported."
        )
    lines = [f"- “{column}”: {listed(rows[column].unique()[:SHOWN])}" for column in varying]
    last = varying[-1]
    adding = f', or --sum-over "{last}" to add them up' if summable else ""
    raise ForeignFileError(
        "\n".join(
            [
                f"{stands}, which differ in:",
                *lines,
                f'Say --keep "{last}={rows[last].value_counts().idxmax()}" to read rows of one '
                f"kind only (several with |){adding}. Nothing was imported.",
            ]
        )
    )

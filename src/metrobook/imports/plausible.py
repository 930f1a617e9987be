"""Plausible flows: totals that no word calls so, shares that are no counts, two ids of one area."""

from __future__ import annotations

import re
from collections.abc import Sequence

import pandas as pd

from metrobook.commuting.faults import TOTALS
from metrobook.exchange.project import ForeignFileError
from metrobook.imports.matching import Matches
from metrobook.imports.pairs import ENDS
from metrobook.imports.spread import Spread

FEWEST = 3
"""Comparisons that must hold, and places on each side, before figures tell what they are."""
MOSTLY = 0.8
SHOWN = 6
SHARE = re.compile(
    r"%|\b(?:shares?|per ?cent\w*|percentages?|persen\w*|anteile?|prozent\w*)\b", re.I
)
THOUSANDS = re.compile(r"thousands?\b|\b1[ ,.]?000s?\b|\bribuan\b|\btsd\b|\bmiles de\b", re.I)


def sums(cells: pd.DataFrame, unknown: Sequence[str]) -> tuple[pd.Series, list[str]]:
    """Tell which cells are of ids whose figures are the sums of all others; and say so.

    Parameters
    ----------
    cells : pandas.DataFrame
        ``origin``, ``destination``, ``value`` and, where the table has them, ``year``, ``purpose``.
    unknown : sequence of str
        Ids that are no area of the study: only these may be totals.

    Returns
    -------
    tuple of (pandas.Series, list of str)
    """
    layers = [name for name in ("year", "purpose") if name in cells]
    found, said = pd.Series(False, cells.index), []
    for end, other in (ENDS, ENDS[::-1]):
        across = cells.assign(filled=cells["value"] > 0).groupby([other, *layers], sort=False)
        whole, filled = across["value"].transform("sum"), across["filled"].transform("sum")
        compared = (filled >= FEWEST) & (cells["value"] > 0) & cells[end].isin(unknown)
        equal = (2 * cells["value"] - whole).abs() <= 1e-6 * whole
        counts = equal[compared].groupby(cells.loc[compared, end]).agg(["sum", "size"])
        likely = counts[(counts["size"] >= FEWEST) & (counts["sum"] >= MOSTLY * counts["size"])]
        found |= cells[end].isin(likely.index)
        said += [
            f"“{name}” is a total, for {row['sum']} of {row['size']} of its figures equal the sum "
            f"of all other {end}s: left out."
            for name, row in likely.iterrows()
        ]
    return found, said


def refuse_double(spread: Spread, cells: pd.DataFrame, key: list[str], over: Sequence[str]) -> None:
    """Refuse to add up rows of which some are the sums of others already, such as all ages.

    Parameters
    ----------
    spread : Spread
    cells : pandas.DataFrame
        The columns of ``key`` and ``value``; index: the row of the file.
    key : list of str
        What rows have in common that are added up.
    over : sequence of str
        Columns of the file over which they are.

    Raises
    ------
    ForeignFileError
    """
    table = cells[[*key, "value"]].join(spread.frame()[list(over)].add_prefix("over "))
    for column in over:
        others = [name for name in table if name not in ("value", f"over {column}")]
        groups = table.groupby(others, sort=False)["value"]
        compared = (groups.transform("size") > 2) & (table["value"] > 0)
        equal = (2 * table["value"] - groups.transform("sum")).abs() < 1e-6
        counts = equal[compared].groupby(table.loc[compared, f"over {column}"]).agg(["sum", "size"])
        for value, (same, size) in counts.iterrows():
            named = TOTALS.match(value) or value.casefold() in ("all", "t")
            if same >= MOSTLY * size and (size >= FEWEST or named):
                kept = "|".join(v for v in table[f"over {column}"].unique() if v != value)
                raise ForeignFileError(
                    f"The figures of “{column}” “{value}” are the sums of the others ({same} of "
                    f'{size}) and would count twice: say --keep "{column}={kept}" or --keep '
                    f'"{column}={value}". Nothing was imported.'
                )


def refuse_shares(name: str, column: str, cells: pd.DataFrame) -> None:
    """Refuse figures that are shares or percentages where people are counted.

    Parameters
    ----------
    name, column : str
        Of the file, and of the figures where they stand in one column.
    cells : pandas.DataFrame
        ``origin``, ``destination``, ``text``, ``value``.

    Raises
    ------
    ForeignFileError
    """
    values = cells["value"].dropna()
    broken = values[values % 1 > 0]
    why = ""
    if cells["text"].str.endswith("%").any():
        why = f"“{cells.loc[cells['text'].str.endswith('%'), 'text'].iloc[0]}” is a percentage"
    elif len(broken) and values.max() <= 1:
        why = f"all figures lie between 0 and 1, such as {broken.iloc[0]:g}"
    elif len(broken) and SHARE.search(column):
        why = f"the column is called “{column}”"
    else:
        for end in ENDS:
            whole = cells.groupby(end)["value"].sum()
            if len(broken) and len(whole) >= FEWEST and (whole - 100).abs().max() < 1:
                why = f"the figures of each {end} add up to 100"
    if why:
        raise ForeignFileError(
            f"{name} holds shares and no counts of people: {why}. Name the column of people with "
            "--value, or take the table of counts from where the file came from. Nothing was "
            "imported."
        )


def tell_thousands(heads: Sequence[str]) -> list[str]:
    """Say that figures may be counted in thousands, after the words of a file.

    Examples
    --------
    >>> len(tell_thousands(["Commuters (in thousands)"])), tell_thousands(["Commuters"])
    (1, [])
    """
    told = [head for head in heads if THOUSANDS.search(head)]
    return [
        f"Look at “{head}”: if the figures are thousands, multiply them first; they are read as "
        "they stand." for head in told[:1]
    ]  # fmt: skip


def tell_merged(cells: pd.DataFrame, matches: Matches) -> list[str]:
    """Say which different ids of one end are read as one area and so added up.

    Parameters
    ----------
    cells : pandas.DataFrame
        ``origin``, ``destination``.
    matches : Matches
    """
    merged: dict[str, set[str]] = {}
    for end in ENDS:
        here = matches.found.loc[matches.found.index.intersection(cells[end].unique())]
        here = here[~here["how"].str.startswith(("by the first", "as you said"))]
        for code, ids in here.groupby("area_code"):
            if len(ids) > 1:
                merged.setdefault(str(code), set()).update(ids.index)
    listed = [
        f"{code} ({', '.join(f'“{name}”' for name in sorted(ids))})" for code, ids in merged.items()
    ]
    more = " …" if len(listed) > SHOWN else ""
    return [
        "Look at these, where several ids are read as one area and added up: "
        f"{'; '.join(listed[:SHOWN])}{more}."
    ] if listed else []  # fmt: skip

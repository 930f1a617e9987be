"""Counts: published headline figures and counts of passengers, read no further than they go."""

from __future__ import annotations

import pandas as pd

SERIES = ["system", "line", "place", "measure", "part"]


def from_share(share: float, base: float, step: float) -> tuple[float, float, float]:
    """Return the persons that a rounded share of a base stands for, with the least and the most.

    Parameters
    ----------
    share : float
        The published share of one.
    base : float
        Persons of which it is a share, taken as it is printed.
    step : float
        The unit to which the share was rounded; half of it lies on either side.

    Returns
    -------
    tuple of float
        Persons, the least and the most that the rounding of the share allows.

    Examples
    --------
    >>> from_share(0.25, 1000, 0.5)
    (250.0, 0.0, 500.0)
    """
    half = step / 2
    return share * base, (share - half) * base, (share + half) * base


def same_part_of_year(counts: pd.DataFrame) -> pd.DataFrame:
    """Return the counts that can be compared: one series, the same part of several years.

    Parameters
    ----------
    counts : pandas.DataFrame
        ``system``, ``line``, ``place``, ``period``, ``measure``, ``value`` and further columns.
        A period that begins with its year is split into year and part (``2025-H1`` into 2025 and
        ``-H1``); other periods, such as holidays, have no partner and are left out.

    Returns
    -------
    pandas.DataFrame
        The rows of the series with at least two years, with ``year`` and ``part``, by series and
        year; ``change`` is the growth since the year before in the series, as a share.

    Examples
    --------
    >>> counts = pd.DataFrame({"system": "bus", "line": None, "place": None, "measure": "riders",
    ...                        "period": ["2018", "2019", "2019-01"], "value": [100.0, 80.0, 5.0]})
    >>> same_part_of_year(counts)[["year", "change"]].values.tolist()
    [[2018.0, nan], [2019.0, -0.2]]
    """
    split = counts["period"].astype("string").str.extract(r"^(?P<year>\d{4})(?P<part>(?:-.*)?)$")
    dated = counts.assign(year=pd.to_numeric(split["year"]), part=split["part"])
    dated = dated.dropna(subset=["year"]).astype({"year": int})
    series = dated.groupby(SERIES, dropna=False)
    kept = dated[series["year"].transform("nunique") > 1]
    kept = kept.sort_values([*SERIES, "year"], ignore_index=True)
    change = kept.groupby(SERIES, dropna=False)["value"].pct_change()
    return kept.assign(change=change.round(12))


def derived(figures: pd.DataFrame) -> pd.Series:
    """Return which figures no source prints: those whose measure or note calls them derived.

    Parameters
    ----------
    figures : pandas.DataFrame
        ``measure``, ``note``.

    Examples
    --------
    >>> derived(pd.DataFrame({"measure": ["a", "a (derived)"], "note": [None, "x"]})).tolist()
    [False, True]
    """
    words = figures["measure"].fillna("") + " " + figures["note"].fillna("")
    return words.str.contains(r"\bderived\b", regex=True).astype(bool)


def leading_series(compared: pd.DataFrame, preferred: str) -> pd.DataFrame:
    """Return the rows of the one series that is told in words.

    Parameters
    ----------
    compared : pandas.DataFrame
        Result of :func:`same_part_of_year`.
    preferred : str
        Name of the line that is taken where it can be compared; else the series with the largest
        latest count is.

    Returns
    -------
    pandas.DataFrame
        By year.
    """
    rows = compared[compared["line"] == preferred]
    rows = compared if rows.empty else rows
    latest = rows.groupby(SERIES, dropna=False).tail(1)
    top = latest.loc[latest["value"].idxmax(), SERIES]
    same = [rows[column].eq(top[column]) | (rows[column].isna() & pd.isna(top[column]))
            for column in SERIES]  # fmt: skip
    return rows[pd.concat(same, axis="columns").all(axis="columns")]


def other_lines(counts: pd.DataFrame, chosen: pd.Series, own: str) -> list[str]:
    """Return the lines of a system, besides one series and one's own line, that are counted.

    Parameters
    ----------
    counts : pandas.DataFrame
        ``system``, ``line``, ``place``.
    chosen : pandas.Series
        A row of them: its system is looked at, its line is left out.
    own : str
        A line to leave out as well.

    Examples
    --------
    >>> counts = pd.DataFrame({"system": "rail", "line": ["all", "north", "own"], "place": None})
    >>> other_lines(counts, counts.iloc[0], "own")
    ['north']
    """
    rows = counts[(counts["system"] == chosen["system"]) & counts["place"].isna()]
    return sorted(set(rows["line"].dropna()) - {chosen["line"], own})

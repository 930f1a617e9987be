"""Flows: what an origin–destination table says of each zone, and of the way to the core.

Flows are long tables with the columns ``origin_code``, ``destination_code`` and ``value``, of one
year and purpose. A missing value is a pair that the survey did not observe, which is not the same
as zero; it adds nothing to a sum. Destinations and origins that are not among the zones are
*outside*.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping

import pandas as pd

PAIR = ["origin_code", "destination_code"]
BALANCE = ["out", "outside", "in", "net", "within", "self_containment"]


def balance(
    flows: pd.DataFrame, zones: Iterable[str], printed: pd.Series | None = None
) -> pd.DataFrame:
    """Return for each zone who leaves it, who comes and who stays.

    Parameters
    ----------
    flows : pandas.DataFrame
        ``origin_code``, ``destination_code``, ``value`` in persons.
    zones : iterable of str
        The zones, in the order of the result.
    printed : pandas.Series, optional
        Commuters by home zone as the source prints them; ``out`` must equal them exactly.

    Returns
    -------
    pandas.DataFrame
        Index ``area_code``; ``out`` (residents who go to another zone or outside), ``outside``
        (those of them who go outside), ``in`` (who come from another zone or from outside),
        ``net`` (``in`` less ``out``), ``within`` (residents who stay in their zone; missing where
        the table does not hold them) and ``self_containment`` (``within`` as a share of ``within``
        and ``out``).

    Raises
    ------
    ValueError
        If the table is not one clean table of flows, or its sums differ from those printed.

    Examples
    --------
    >>> flows = pd.DataFrame({"origin_code": ["A", "B"], "destination_code": ["B", "A"],
    ...                       "value": [30.0, 10.0]})
    >>> balance(flows, ["A", "B"])["net"].tolist()
    [-20.0, 20.0]
    """
    zones = list(zones)
    check(flows)
    inside = flows["origin_code"] == flows["destination_code"]
    moves, stays = flows[~inside], flows[inside]
    beyond = moves[~moves["destination_code"].isin(zones)]
    table = pd.DataFrame(
        {
            "out": _sums(moves, "origin_code", zones),
            "outside": _sums(beyond, "origin_code", zones),
            "in": _sums(moves, "destination_code", zones),
            "within": stays.set_index("origin_code")["value"].reindex(zones),
        },
        index=pd.Index(zones, name="area_code"),
    )
    table["net"] = table["in"] - table["out"]
    table["self_containment"] = table["within"] / (table["within"] + table["out"])
    if printed is not None:
        reconcile(table["out"], printed)
    return table[BALANCE]


def lean(balances: pd.DataFrame, balanced: float) -> pd.Series:
    """Return which way the balance of each zone leans.

    Parameters
    ----------
    balances : pandas.DataFrame
        Result of :func:`balance`.
    balanced : float
        Share of all who cross the border of a zone, in and out, below which a difference between
        the two is too small to be told from none in estimates from a sample.

    Returns
    -------
    pandas.Series
        ``gaining``, ``losing`` or ``balanced``, by the index of ``balances``.

    Examples
    --------
    >>> table = pd.DataFrame({"in": [90.0, 51.0, 10.0], "out": [10.0, 49.0, 90.0]})
    >>> lean(table.assign(net=table["in"] - table["out"]), 0.05).tolist()
    ['gaining', 'balanced', 'losing']
    """
    way = (balances["net"] > 0).map({True: "gaining", False: "losing"})
    small = balances["net"].abs() < balanced * (balances["in"] + balances["out"])
    nobody = balances["in"] + balances["out"] == 0
    return way.mask(small | nobody, "balanced").rename("lean")


def balances_by_year(
    flows: pd.DataFrame, zones: Iterable[str], printed: pd.DataFrame | None = None
) -> pd.DataFrame:
    """Return the balances of several years below each other.

    Parameters
    ----------
    flows : pandas.DataFrame
        As in :func:`balance`, with ``year``.
    zones : iterable of str
    printed : pandas.DataFrame, optional
        ``area_code``, ``year``, ``value``: commuters by home zone as the source prints them.

    Returns
    -------
    pandas.DataFrame
        ``year``, ``area_code`` and the columns of :func:`balance`.

    Raises
    ------
    ValueError
        As :func:`balance`; the message begins with the year.
    """
    zones, tables = list(zones), []
    for year, rows in flows.groupby("year"):
        totals = None
        if printed is not None:
            known = printed[(printed["year"] == year) & printed["area_code"].isin(zones)]
            totals = known.set_index("area_code")["value"]
        try:
            tables.append(balance(rows, zones, totals).reset_index().assign(year=year))
        except ValueError as error:
            raise ValueError(f"Flows of {year}: {error}") from None
    columns = ["year", "area_code", *BALANCE]
    return (
        pd.concat(tables, ignore_index=True)[columns] if tables else pd.DataFrame(columns=columns)
    )


def dependence_by_year(
    flows: pd.DataFrame, core: Iterable[str], zones: Iterable[str]
) -> pd.DataFrame:
    """Return the dependence of several years below each other.

    Parameters and columns are those of :func:`dependence`, with ``year`` and ``area_code``.
    """
    core, zones = list(core), list(zones)
    tables = [
        dependence(rows, core, zones).reset_index().assign(year=year)
        for year, rows in flows.groupby("year")
    ]
    columns = ["year", "area_code", "to_core", "out", "share"]
    return (
        pd.concat(tables, ignore_index=True)[columns] if tables else pd.DataFrame(columns=columns)
    )


def choose_year(years: Iterable[int], wanted: int = 0) -> int:
    """Return the wanted year, or the latest where 0 is wanted.

    Raises
    ------
    ValueError
        If the table has no flows of that year.

    Examples
    --------
    >>> choose_year([2014, 2023]), choose_year([2014, 2023], 2014)
    (2023, 2014)
    """
    known = sorted({int(year) for year in years})
    if wanted and wanted not in known:
        listed = ", ".join(map(str, known))
        raise ValueError(
            f"There are no flows of {wanted}: the years are {listed}, or 0 for the latest."
        )
    return wanted or known[-1]


def definition_changes(published: pd.DataFrame) -> list[int]:
    """Return the years in which commuters were defined otherwise than the year before.

    Parameters
    ----------
    published : pandas.DataFrame
        ``year``, ``note`` (the definition in words; rows without one are passed over).

    Examples
    --------
    >>> definition_changes(pd.DataFrame({"year": [2014, 2019, 2023], "note": ["a", "a", "b"]}))
    [2023]
    """
    worded = published.dropna(subset=["note"]).groupby("year")["note"].agg(set)
    years = [int(year) for year in worded.index]
    pairs = itertools.pairwise(years)
    return [later for earlier, later in pairs if worded[earlier] != worded[later]]


def check(flows: pd.DataFrame) -> None:
    """Check that a table of flows can be added up.

    Raises
    ------
    ValueError
        If it holds several years or purposes, a pair twice, or a negative value; the message
        names them.
    """
    for column in ("year", "purpose"):
        if column in flows and flows[column].nunique() > 1:
            found = ", ".join(str(value) for value in sorted(flows[column].unique()))
            raise ValueError(
                f"The flows hold more than one {column} ({found}): choose one before adding up."
            )
    faults = {
        "more than once": flows.duplicated(PAIR),
        "with a negative value": flows["value"] < 0,
    }
    for fault, rows in faults.items():
        if rows.any():
            pairs = flows.loc[rows, PAIR].drop_duplicates().itertuples(index=False)
            named = ", ".join(f"{origin} → {destination}" for origin, destination in pairs)
            raise ValueError(f"The flows hold {named} {fault}: mend the table of flows.")


def reconcile(computed: pd.Series, printed: pd.Series) -> None:
    """Check sums against the totals that the source prints.

    Parameters
    ----------
    computed, printed : pandas.Series
        Persons by zone. Zones without a printed total are not checked.

    Raises
    ------
    ValueError
        With every zone whose sum differs.

    Examples
    --------
    >>> reconcile(pd.Series({"A": 30.0}), pd.Series({"A": 31.0}))
    Traceback (most recent call last):
        ...
    ValueError: The flows do not add up to the printed totals: A: 30 added up, 31 printed. Compare \
the rows of these areas with the source.
    """
    known = printed.dropna()
    sums = computed.reindex(known.index)
    wrong = known.index[~(sums == known)]
    if len(wrong):
        listed = "; ".join(
            f"{zone}: {sums[zone]:.0f} added up, {known[zone]:.0f} printed" for zone in wrong
        )
        raise ValueError(
            f"The flows do not add up to the printed totals: {listed}. "
            "Compare the rows of these areas with the source."
        )


def dependence(flows: pd.DataFrame, core: Iterable[str], zones: Iterable[str]) -> pd.DataFrame:
    """Return how far each zone outside the core sends its commuters to the core.

    Parameters
    ----------
    flows : pandas.DataFrame
        As in :func:`balance`.
    core : iterable of str
        The zones that make the core.
    zones : iterable of str
        All zones, in the order of the result; those of the core are left out.

    Returns
    -------
    pandas.DataFrame
        Index ``area_code``; ``to_core`` and ``out`` in persons, ``share`` (``to_core`` of ``out``;
        missing where nobody leaves).
    """
    core = list(core)
    others = [zone for zone in zones if zone not in core]
    check(flows)
    moves = flows[flows["origin_code"] != flows["destination_code"]]
    to_core = _sums(moves[moves["destination_code"].isin(core)], "origin_code", others)
    out = _sums(moves, "origin_code", others)
    share = to_core / out.where(out > 0)
    return pd.DataFrame({"to_core": to_core, "out": out, "share": share}).rename_axis("area_code")


def main_destination(flows: pd.DataFrame) -> pd.Series:
    """Return for each origin the destination of most of its commuters.

    Returns
    -------
    pandas.Series
        Codes by ``origin_code``, sorted; of equal destinations the first code.
    """
    check(flows)
    moves = flows[flows["origin_code"] != flows["destination_code"]].dropna(subset=["value"])
    ordered = moves.sort_values(["value", *PAIR], ascending=[False, True, True])
    first = ordered.drop_duplicates("origin_code").set_index("origin_code")
    return first["destination_code"].sort_index()


def merge_zones(flows: pd.DataFrame, groups: Mapping[str, str]) -> pd.DataFrame:
    """Return the flows between groups of zones; moves within a group become rows within it.

    Stays within one of the merged zones are not moves and are left out, so that ``within`` of a
    group counts those who cross a border inside it.

    Parameters
    ----------
    flows : pandas.DataFrame
        As in :func:`balance`.
    groups : mapping of str to str
        Group by zone; zones that are not named keep their code.

    Examples
    --------
    >>> flows = pd.DataFrame({"origin_code": ["A", "B", "B"], "destination_code": ["B", "A", "C"],
    ...                       "value": [3.0, 1.0, 5.0]})
    >>> merge_zones(flows, {"A": "core", "B": "core"}).values.tolist()
    [['core', 'C', 5.0], ['core', 'core', 4.0]]
    """
    check(flows)
    moves = flows[flows["origin_code"] != flows["destination_code"]]
    named = {column: [groups.get(zone, zone) for zone in moves[column]] for column in PAIR}
    return moves.assign(**named).groupby(PAIR, as_index=False)["value"].sum(min_count=1)


def matrix(
    flows: pd.DataFrame, origins: Iterable[str], destinations: Iterable[str]
) -> pd.DataFrame:
    """Return the flows as a table of origins by destinations, missing where there is no value.

    Parameters
    ----------
    flows : pandas.DataFrame
        As in :func:`balance`.
    origins, destinations : iterable of str
        Rows and columns.
    """
    check(flows)
    wide = flows.pivot(index="origin_code", columns="destination_code", values="value")
    return wide.reindex(index=list(origins), columns=list(destinations)).astype(float)


def _sums(flows: pd.DataFrame, by: str, zones: list[str]) -> pd.Series:
    return flows.groupby(by)["value"].sum().reindex(zones, fill_value=0.0).astype(float)

"""Balances: what the flows say of each zone, and how far it depends on the core.

The functions take a :class:`~metrobook.commuting.flows.Flows` or a frame with the columns
``origin``, ``destination`` and ``value``, of one year and purpose, in which every id is a zone.
A missing value is a pair that was not observed and adds nothing to a sum.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from scipy.special import entr

from metrobook.commuting.faults import LAYERS, PAIR

if TYPE_CHECKING:
    from metrobook.commuting.flows import Flows

BEYOND = ["outside", "from_outside"]
SUMS = ["within", "out", "in", *BEYOND]
BALANCE = [
    "residents_working", "jobs", *SUMS, "net",
    "self_containment_residence", "self_containment_workplace", "job_ratio",
]  # fmt: skip
DEPENDENCE = ["to_core", "out", "share", "share_of_residents"]


def balance(
    flows: Flows | pd.DataFrame, printed: Mapping[str, pd.Series] | None = None
) -> pd.DataFrame:
    """Return for each zone who stays, who leaves it and who comes.

    The names ``residents_working`` and ``jobs`` hold for flows to work with their diagonal; for
    other purposes they are people by home and by destination. Where the diagonal of a zone is not
    known, ``within`` is missing, and so are ``residents_working``, ``jobs`` and the shares that
    rest on them.

    Parameters
    ----------
    flows : Flows or pandas.DataFrame
        One table of flows, in persons.
    printed : mapping of str to pandas.Series, optional
        Totals by zone as the source prints them, by the column of the result that they must equal
        exactly, such as ``{"out": totals}``.

    Returns
    -------
    pandas.DataFrame
        Index ``zone``. ``residents_working`` (``within`` and ``out``), ``jobs`` (``within`` and
        ``in``), ``within``, ``out`` (to other zones and outside), ``in`` (from other zones and
        from outside), ``outside`` (those of ``out`` who leave the zones altogether),
        ``from_outside`` (those of ``in`` who come from beyond them; both missing for all zones
        where the flows name no place beyond them in that direction), ``net`` (``in`` less
        ``out``), ``self_containment_residence`` (``within`` of ``residents_working``, the supply
        side), ``self_containment_workplace`` (``within`` of ``jobs``, the demand side) and
        ``job_ratio`` (``jobs`` per ``residents_working``).

    Raises
    ------
    ValueError
        If the flows hold several years, purposes or modes, or do not reconcile with their grand
        total or with what is printed.

    References
    ----------
    Coombes & Bond 2008 for the two sides of self-containment.

    Examples
    --------
    >>> flows = pd.DataFrame({"origin": ["A", "A", "B"], "destination": ["A", "B", "A"],
    ...                       "value": [60.0, 30.0, 10.0]})
    >>> balance(flows).loc["A", ["residents_working", "jobs", "net"]].tolist()
    [90.0, 70.0, -20.0]
    """
    frame, zones = one_table(flows)
    stays = frame["origin"] == frame["destination"]
    moves = frame[~stays]
    leaving, arriving = (moves[~moves[end].isin(zones)] for end in ("destination", "origin"))
    sums = pd.DataFrame(
        {
            "within": frame[stays].set_index("origin")["value"].reindex(zones),
            "out": _sums(moves, "origin", zones),
            "in": _sums(moves, "destination", zones),
            "outside": _sums(leaving, "origin", zones, nobody=np.nan),
            "from_outside": _sums(arriving, "destination", zones, nobody=np.nan),
        }
    )
    touching = frame[PAIR].isin(zones).any(axis="columns")
    return completed(sums.rename_axis("zone"), frame.loc[touching, "value"].sum(), printed)


def completed(
    sums: pd.DataFrame, grand_total: float, printed: Mapping[str, pd.Series] | None = None
) -> pd.DataFrame:
    """Return the balance that follows from the sums of each zone, after reconciling them.

    Parameters
    ----------
    sums : pandas.DataFrame
        Index ``zone``; ``within, out, in, outside, from_outside``. The last two may be missing:
        for one zone that is none, for all it stays unknown.
    grand_total : float
        Sum of all flows that start or end in a zone.
    printed : mapping of str to pandas.Series, optional
        As in :func:`balance`.

    Raises
    ------
    ValueError
        If the sums do not add up to the grand total or to those printed.
    """
    table = sums[SUMS].astype(float)
    named = [column for column in BEYOND if table[column].notna().any()]
    table[named] = table[named].fillna(0.0)
    total = table["within"].sum() + table["out"].sum() + table["from_outside"].sum()
    between = table["out"].sum() - table["outside"].sum()
    arriving = table["in"].sum() - table["from_outside"].sum()
    if not (_equal(total, grand_total) and _equal(between, arriving, scale=grand_total)):
        raise ValueError(
            f"The balances add up to {total:,.0f}, the flows to {grand_total:,.0f}; {between:,.0f} "
            f"leave for other zones and {arriving:,.0f} arrive: check the flows for faults."
        )
    table["residents_working"] = table["within"] + table["out"]
    table["jobs"] = table["within"] + table["in"]
    table["net"] = table["in"] - table["out"]
    table["self_containment_residence"] = _share(table["within"], table["residents_working"])
    table["self_containment_workplace"] = _share(table["within"], table["jobs"])
    table["job_ratio"] = _share(table["jobs"], table["residents_working"])
    for column, totals in (printed or {}).items():
        reconcile(table[column], totals)
    return table[BALANCE]


def balances_by_year(
    flows: Flows, printed: pd.DataFrame | None = None, column: str = "out"
) -> pd.DataFrame:
    """Return the balances of several years below each other.

    Parameters
    ----------
    flows : Flows
        With ``year``.
    printed : pandas.DataFrame, optional
        ``zone``, ``year``, ``value``: totals as the source prints them; other places than the
        zones are passed over.
    column : str
        The column of the balance that they must equal.

    Returns
    -------
    pandas.DataFrame
        ``year``, ``zone`` and the columns of :func:`balance`.

    Raises
    ------
    ValueError
        As :func:`balance`; the message begins with the year.
    """
    tables = []
    for year in flows.years:
        totals = {}
        if printed is not None:
            known = printed[(printed["year"] == year) & printed["zone"].isin(flows.zones)]
            totals = {column: known.set_index("zone")["value"]}
        try:
            tables.append(balance(flows.select(year=year), totals).reset_index().assign(year=year))
        except ValueError as error:
            raise ValueError(f"Flows of {year}: {error}") from None
    return _stacked(tables, ["year", "zone", *BALANCE])


def reconcile(computed: pd.Series, printed: pd.Series) -> None:
    """Check sums against the totals that the source prints.

    Parameters
    ----------
    computed, printed : pandas.Series
        Persons by zone (or by year). What has no printed total is not checked.

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
the rows of these zones with the source.
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
            "Compare the rows of these zones with the source."
        )


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
    crossing = balances["in"] + balances["out"]
    way = (balances["net"] > 0).map({True: "gaining", False: "losing"})
    small = balances["net"].abs() < balanced * crossing
    return way.mask(small | (crossing == 0), "balanced").rename("lean")


def dependence(flows: Flows | pd.DataFrame, core: Iterable[str]) -> pd.DataFrame:
    """Return how far each zone outside the core sends its people to the core.

    Parameters
    ----------
    flows : Flows or pandas.DataFrame
        One table of flows, in persons.
    core : iterable of str
        The zones that make the core.

    Returns
    -------
    pandas.DataFrame
        Index ``zone``, without the core; ``to_core`` and ``out`` in persons, ``share``
        (``to_core`` of ``out``; missing where nobody leaves) and ``share_of_residents``
        (``to_core`` of ``within`` and ``out``; missing where the diagonal is not known).

    Raises
    ------
    ValueError
        If the core is no zone, or the flows hold several years, purposes or modes.
    """
    frame, zones = one_table(flows)
    core = list(core)
    if unknown := [zone for zone in core if zone not in zones]:
        raise ValueError(
            f"The core {', '.join(unknown)} is no zone of the flows: name zones as they are "
            "spelled there."
        )
    table = balance(flows).drop(index=core)
    leaving = frame[~frame["origin"].isin(core) & frame["destination"].isin(core)]
    table["to_core"] = _sums(leaving, "origin", table.index)
    table["share"] = _share(table["to_core"], table["out"])
    table["share_of_residents"] = _share(table["to_core"], table["residents_working"])
    return table[DEPENDENCE]


def dependence_by_year(flows: Flows, core: Iterable[str]) -> pd.DataFrame:
    """Return :func:`dependence` of several years below each other, with ``year`` and ``zone``."""
    core = list(core)
    tables = [
        dependence(flows.select(year=year), core).reset_index().assign(year=year)
        for year in flows.years
    ]
    return _stacked(tables, ["year", "zone", *DEPENDENCE])


def destinations(flows: Flows | pd.DataFrame) -> pd.DataFrame:
    """Return where those who leave each zone go, and how spread out they are.

    Parameters
    ----------
    flows : Flows or pandas.DataFrame
        One table of flows, in persons.

    Returns
    -------
    pandas.DataFrame
        Index ``zone``. ``main_destination`` (of equal ones the first id; may lie outside),
        ``main_share`` (its share of ``out``) and ``entropy`` of the shares of all destinations,
        divided by the logarithm of the number of possible ones: 0 if all go to one place, 1 if
        they spread evenly (Shannon 1948). Missing where nobody leaves.

    Examples
    --------
    >>> flows = pd.DataFrame({"origin": ["A", "A", "B"], "destination": ["B", "C", "C"],
    ...                       "value": [5.0, 5.0, 9.0]})
    >>> destinations(flows)[["main_destination", "entropy"]].loc[["A", "B"]].values.tolist()
    [['B', 1.0], ['C', 0.0]]
    """
    frame, zones = one_table(flows)
    moves = frame[(frame["origin"] != frame["destination"]) & (frame["value"] > 0)]
    share = moves["value"] / moves.groupby("origin")["value"].transform("sum")
    ordered = moves.assign(share=share).sort_values(
        ["value", *PAIR], ascending=[False, True, True], kind="stable"
    )
    first = ordered.drop_duplicates("origin").set_index("origin")
    possible = len(set(zones) | set(frame["destination"])) - 1
    surprise = entr(share).groupby(moves["origin"]).sum().abs()
    return pd.DataFrame(
        {
            "main_destination": first["destination"].reindex(zones),
            "main_share": first["share"].reindex(zones),
            "entropy": surprise.reindex(zones) / (np.log(possible) if possible > 1 else 1.0),
        }
    ).rename_axis("zone")


def one_table(flows: Flows | pd.DataFrame) -> tuple[pd.DataFrame, list[str]]:
    """Return the frame of flows and their zones (of a plain frame all ids, sorted).

    Raises
    ------
    ValueError
        If the flows hold several years, purposes or modes, a pair twice, or negative values.
    """
    frame = getattr(flows, "frame", flows)
    for column in LAYERS:
        if column in frame and frame[column].nunique() > 1:
            found = ", ".join(str(value) for value in sorted(frame[column].unique()))
            raise ValueError(
                f"The flows hold more than one {column} ({found}): choose one before adding up."
            )
    if frame is not flows:
        return frame, flows.zones
    for fault, rows in {
        "more than once": frame.duplicated(PAIR), "with a negative value": frame["value"] < 0
    }.items():  # fmt: skip
        if rows.any():
            pairs = frame.loc[rows, PAIR].drop_duplicates().itertuples(index=False)
            named = ", ".join(f"{origin} → {destination}" for origin, destination in pairs)
            raise ValueError(f"The flows hold {named} {fault}: mend the table of flows.")
    return frame, sorted(set(frame["origin"]) | set(frame["destination"]))


def _sums(flows: pd.DataFrame, by: str, zones: Iterable[str], nobody: float = 0.0) -> pd.Series:
    return flows.groupby(by)["value"].sum().reindex(zones, fill_value=nobody).astype(float)


def _share(part: pd.Series, whole: pd.Series) -> pd.Series:
    return part / whole.where(whole > 0)


def _equal(one: float, other: float, scale: float = 0.0) -> bool:
    """Tell whether two sums are equal but for the rounding of floating-point addition."""
    return bool(abs(one - other) <= 1e-9 * max(abs(one), abs(other), abs(scale)))


def _stacked(tables: list[pd.DataFrame], columns: list[str]) -> pd.DataFrame:
    if not tables:
        return pd.DataFrame(columns=columns)
    return pd.concat(tables, ignore_index=True)[columns]

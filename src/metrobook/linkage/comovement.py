"""Co-movement: does a buffer change when its core does, and more than other areas do?

An association of two cities is no effect of one on the other. Areas of one region share its
business cycle, its shocks and the office that measures them, so that a correlation says little by
itself. What counts is its rank among the correlations of areas that are no buffer of this core.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from statsmodels.stats.multitest import multipletests

from metrobook.linkage.changes import changes
from metrobook.linkage.gap import middle, well_covered
from metrobook.linkage.resampling import (
    bootstrap_interval,
    bootstrap_p,
    pearson,
    permutation_p,
    spearman,
)

CORE = "the core"
"""The area that stands for the core, of one city or of several."""
LAGS = range(-2, 3)
TABLE = ["indicator", "changes", "first", "last", "pearson", "spearman", "low", "high",
         "p_permutation", "p_bootstrap", "rank", "areas", "p_placebo", "smallest_p", "partner_rank",
         "partners", "median_others", "q"]  # fmt: skip
PAIRS = ["indicator", "area_code", "pearson", "spearman"]
LAGGED = ["indicator", "lag", "changes", "pearson", "rank", "areas", "p_placebo"]
WHOLE = ["changes", "first", "last", "rank", "areas", "partner_rank", "partners", "lag"]


@dataclass(frozen=True)
class Comovement:
    """Correlations of yearly changes.

    Attributes
    ----------
    table : pandas.DataFrame
        Core and buffer, one row per indicator.
    placebos : pandas.DataFrame
        Core and every other ranked area: ``indicator``, ``area_code``, ``pearson``, ``spearman``.
    partners : pandas.DataFrame
        Buffer and every other possible core, with the same columns.
    """

    table: pd.DataFrame
    placebos: pd.DataFrame
    partners: pd.DataFrame


def comovement(
    panel: pd.DataFrame,
    core: Iterable[str],
    buffer: str,
    others: Iterable[str],
    partners: Iterable[str] = (),
    *,
    breaks: Mapping[str, Sequence[int]] | None = None,
    differences: Iterable[str] = (),
    leave_out: Iterable[int] = (),
    least_changes: int = 6,
    resamples: int = 9999,
    block: int = 2,
    seed: int = 0,
) -> Comovement:
    """Return how far the buffer's yearly changes go with the core's, and those of other areas.

    The placebo test takes each other area in turn for the buffer, over the years of the buffer,
    and ranks all by Pearson's correlation with the core. If the buffer were an area like any other,
    each rank would be equally likely, whatever the areas have in common and however persistent the
    series are; so ``p_placebo`` is the rank divided by the number of areas. With ``m`` areas no
    value below ``1 / m`` can be reached, which ``smallest_p`` states.

    Parameters
    ----------
    panel : pandas.DataFrame
        ``indicator``, ``area_code``, ``year``, ``value``: rows that may enter a comparison.
    core : iterable of str
        Its areas; of several, the median counts (:func:`metrobook.linkage.middle`).
    buffer : str
        Its area.
    others : iterable of str
        Areas to compare the buffer with. The core's areas and the buffer are left out.
    partners : iterable of str
        Areas to compare the core with, such as other large cities; left out likewise.
    breaks, differences
        See :func:`metrobook.linkage.changes.changes`.
    leave_out : iterable of int
        Years whose change is dropped, for instance those of a shock.
    least_changes : int
        Indicators with fewer common changes of core and buffer are left out.
    resamples, block, seed : int
        Of the permutation test and of the block bootstrap, with ``block`` years in a row.

    Returns
    -------
    Comovement
        With the ``table``

        - ``indicator``, ``changes`` (their number), ``first`` and ``last`` (year of a change).
          A year counts if core and buffer have a change and at least half as many areas as in
          the best covered year;
        - ``pearson``, ``spearman``; ``low``, ``high``: 95 per cent interval of the former;
          ``p_permutation``, ``p_bootstrap`` (:mod:`metrobook.linkage.resampling`): against no
          correlation at all, which areas of one region hardly ever show;
        - ``rank`` (1 is the strongest positive co-movement; equals share the worse rank),
          ``areas`` (ranked, the buffer included: those with a change in each of the years),
          ``p_placebo`` (one-sided), ``smallest_p``, ``median_others`` (of their ``pearson``);
        - ``partner_rank`` of the core by its correlation with the buffer, ``partners`` (ranked,
          the core included). A rank is missing where nothing else could be ranked;
        - ``q``: ``p_placebo`` adjusted for the number of indicators (Benjamini & Hochberg 1995).
          As no ``p_placebo`` is below ``1 / m``, it can be small only if many indicators rank high.

        A constant series has no correlation: where it is the core's or the buffer's, the row keeps
        ``changes`` and lacks the rest; another area is not ranked.

    References
    ----------
    Abadie, Diamond & Hainmueller (2010) for inference by the rank among placebo areas.
    """
    core, others, partners = _apart(core, buffer, others, partners)
    growth = _growth(panel, core, buffer, [*others, *partners], breaks, differences, leave_out)
    rows, placebos, candidates = [], [], []
    for indicator, wide in growth:
        years, here, areas = _matched(wide, buffer, others)
        if len(years) < least_changes:
            continue
        own = areas[buffer].to_numpy()
        cities = wide.loc[years, wide.columns.intersection([CORE, *partners])].dropna(axis=1)
        near, far = _correlations(here, areas), _correlations(own, cities)
        low, high = bootstrap_interval(here, own, block, resamples, seed)
        of_core = _placed(far["pearson"], CORE)
        rows.append(
            {
                "indicator": indicator,
                "changes": len(years),
                "first": years[0],
                "last": years[-1],
                **near.loc[buffer],
                "low": low,
                "high": high,
                "p_permutation": permutation_p(here, own, resamples, seed),
                "p_bootstrap": bootstrap_p(here, own, block, resamples, seed),
                **_placed(near["pearson"], buffer),
                "partner_rank": of_core["rank"],
                "partners": of_core["areas"],
                "median_others": near["pearson"].drop(buffer).median(),
            }
        )
        placebos.append(near.drop(buffer).assign(indicator=indicator))
        candidates.append(far.drop(CORE).assign(indicator=indicator))
    table = _table(rows, TABLE)
    table["smallest_p"] = (1 / table["areas"]).where(table["rank"].notna()).astype(float)
    table["q"] = false_discovery_rate(table["p_placebo"])
    return Comovement(table, _pairs(placebos), _pairs(candidates))


def lead_lag(
    panel: pd.DataFrame,
    core: Iterable[str],
    buffer: str,
    others: Iterable[str],
    *,
    breaks: Mapping[str, Sequence[int]] | None = None,
    differences: Iterable[str] = (),
    leave_out: Iterable[int] = (),
    least_changes: int = 6,
    lags: Sequence[int] = LAGS,
) -> pd.DataFrame:
    """Return the correlation of the core's changes with earlier and later ones of the areas.

    Whoever looks at several lags and keeps the best has looked several times: a probability of
    the best lag is not one of a lag that was named beforehand.

    Parameters
    ----------
    panel, core, buffer, others, breaks, differences, leave_out, least_changes
        See :func:`comovement`. Changes of the years left out are dropped of core and areas.
    lags : sequence of int
        Years by which the areas follow the core; negative ones by which they lead.

    Returns
    -------
    pandas.DataFrame
        One row per indicator and lag with enough changes: ``indicator``, ``lag``, ``changes``
        (years in which the core has a change and the buffer one ``lag`` years later), ``pearson``,
        ``rank``, ``areas`` and ``p_placebo``, as in :func:`comovement`.
    """
    core, others, _ = _apart(core, buffer, others, ())
    rows = []
    for indicator, wide in _growth(panel, core, buffer, others, breaks, differences, leave_out):
        for lag in lags:
            years, here, areas = _matched(wide, buffer, others, lag)
            if len(years) >= least_changes:
                found = _correlations(here, areas)["pearson"]
                named = {"indicator": indicator, "lag": lag, "changes": len(years)}
                rows.append({**named, "pearson": found[buffer], **_placed(found, buffer)})
    return _table(rows, LAGGED)


def together(
    found: Comovement, indicators: Iterable[str], buffer: str, by: str = "pearson"
) -> pd.DataFrame:
    """Return how far areas go with the core over several indicators at once.

    Indicators depend on one another, so that their ranks cannot be added up as if each were a test
    of its own. The mean correlation is one figure for each area, whatever the indicators share,
    and if the buffer were an area like any other each rank of it would be equally likely.

    Parameters
    ----------
    found : Comovement
        Result of :func:`comovement`.
    indicators : iterable of str
        Those to take together; areas that lack one of them are left out.
    buffer : str
        The buffer that ``found`` is about.
    by : str
        ``pearson`` or ``spearman``.

    Returns
    -------
    pandas.DataFrame
        ``area_code``, ``mean`` (of the correlations), ``rank`` (1 is the strongest, equals share
        the worse rank) and ``areas`` (their number), by rank; the buffer is among the areas unless
        it lacks an indicator. Its rank divided by their number is the probability to come so high
        by chance.

    Examples
    --------
    >>> table = pd.DataFrame({"indicator": ["work", "income"], "pearson": [0.9, 0.5]})
    >>> placebos = pd.DataFrame({"indicator": ["work", "income"], "area_code": "A",
    ...                          "pearson": [0.2, 0.8]})
    >>> together(Comovement(table, placebos, placebos), ["work", "income"], "B").values.tolist()
    [['B', 0.7, 1, 2], ['A', 0.5, 2, 2]]
    """
    indicators = list(indicators)
    rows = pd.concat([found.table.assign(area_code=buffer), found.placebos])
    wide = rows.pivot(index="area_code", columns="indicator", values=by)
    mean = wide.reindex(columns=indicators).dropna().mean(axis=1).dropna().round(12)
    ranked = pd.DataFrame({"mean": mean, "rank": mean.rank(method="max", ascending=False)})
    ranked = ranked.astype({"rank": int}).assign(areas=len(ranked)).rename_axis("area_code")
    return ranked.reset_index().sort_values(["rank", "area_code"], ignore_index=True)


def false_discovery_rate(p: pd.Series) -> pd.Series:
    """Return probabilities adjusted for their number; missing ones do not count.

    Parameters
    ----------
    p : pandas.Series

    References
    ----------
    Benjamini & Hochberg (1995).

    Examples
    --------
    >>> false_discovery_rate(pd.Series([0.01, 0.04, float("nan")])).tolist()
    [0.02, 0.04, nan]
    """
    known = p.dropna().astype(float)
    if known.empty:
        return p.astype(float)
    return pd.Series(multipletests(known, method="fdr_bh")[1], known.index).reindex(p.index)


def _apart(
    core: Iterable[str], buffer: str, others: Iterable[str], partners: Iterable[str]
) -> tuple[list[str], list[str], list[str]]:
    core = list(core)
    if buffer in core:
        raise ValueError(
            f"Area {buffer} is both core and buffer; expected is a buffer outside the core."
        )
    rest = ([area for area in areas if area not in (*core, buffer)] for areas in (others, partners))
    return core, *rest


def _growth(
    panel: pd.DataFrame,
    core: list[str],
    buffer: str,
    areas: list[str],
    breaks: Mapping[str, Sequence[int]] | None,
    differences: Iterable[str],
    leave_out: Iterable[int],
) -> Iterator[tuple[str, pd.DataFrame]]:
    """Yield the indicators of core and buffer with their changes, years by areas."""
    centre = middle(panel.dropna(subset=["value"]), core).assign(area_code=CORE)
    rows = panel[panel["area_code"].isin([buffer, *areas])]
    growth = changes(pd.concat([centre.drop(columns="areas"), rows]), breaks, differences)
    growth = growth[~growth["year"].isin(list(leave_out))]
    for indicator, part in growth.groupby("indicator"):
        wide = part.pivot(index="year", columns="area_code", values="change")
        if {CORE, buffer} <= set(wide.columns):
            yield indicator, wide


def _matched(
    wide: pd.DataFrame, buffer: str, others: list[str], lag: int = 0
) -> tuple[pd.Index, np.ndarray, pd.DataFrame]:
    """Return the years of both, the core's changes and those of the areas that have them all."""
    areas = wide[wide.columns.intersection([buffer, *others])]
    areas = areas.loc[well_covered(areas.notna().sum(axis=1))]
    areas = areas.set_axis(areas.index - lag).reindex(wide.index)
    both = wide[CORE].notna() & areas[buffer].notna()
    return wide.index[both], wide.loc[both, CORE].to_numpy(), areas[both].dropna(axis=1)


def _correlations(series: np.ndarray, areas: pd.DataFrame) -> pd.DataFrame:
    """Return ``pearson`` and ``spearman`` of a series with each column."""
    columns = areas.to_numpy().T
    found = {"pearson": pearson(series, columns), "spearman": spearman(series, columns)}
    return pd.DataFrame(found, index=areas.columns).rename_axis("area_code")


def _placed(found: pd.Series, area: str) -> dict[str, float]:
    """Return the place of an area among all whose correlation is defined; alone it has none."""
    areas = found.count()
    rank = found.rank(method="max", ascending=False)[area] if areas > 1 else np.nan
    return {"rank": rank, "areas": areas, "p_placebo": rank / areas if areas else np.nan}


def _table(rows: list[dict], columns: list[str]) -> pd.DataFrame:
    table = pd.DataFrame(rows).reindex(columns=columns)
    kinds = {
        name: "object" if name == "indicator" else "Int64" if name in WHOLE else float
        for name in columns
    }
    return table.astype(kinds)


def _pairs(found: list[pd.DataFrame]) -> pd.DataFrame:
    if not found:
        return pd.DataFrame(columns=PAIRS)
    return pd.concat(found).dropna(subset=["pearson"]).reset_index()[PAIRS]

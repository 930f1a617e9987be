"""Diffusion: who took over the core's software, when, and whether the near did more than the far.

Known adopters are those that somebody named. Naming is not at random: a press report may list
visitors from far away and pass over the neighbours, or the reverse. Every number here is
therefore about named adopters; :mod:`metrobook.linkage.unnamed` tells what the others could
change.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations
from math import comb

import numpy as np
import pandas as pd
import statsmodels.api as sm
from pyproj import Geod
from scipy import stats
from statsmodels.stats.proportion import proportion_confint

from metrobook.linkage.resampling import DIGITS, pearson, permutation_p
from metrobook.linkage.unnamed import unnamed_needed

EARTH = Geod(ellps="WGS84")
BANDS = (0, 50, 100, 250, 500, 1000, 2000, np.inf)
"""Edges of the distance bands in kilometres."""
FEWEST = 10
"""Adopters, or others, below which a regression on one predictor is called weak."""


@dataclass(frozen=True)
class Odds:
    """Logistic regression of adoption on the logarithm of the distance.

    ``ratio`` is the odds ratio of a doubling of the distance, with its 95 % interval ``low`` to
    ``high`` and ``p``. ``state`` is ``fitted``; ``few`` (fitted on fewer than ten adopters or
    others, read with care); ``separated`` (a distance divides adopters from others, so that no
    finite ratio exists); ``constant`` (nobody or everybody adopted, or all are equally far).
    """

    state: str
    ratio: float | None = None
    low: float | None = None
    high: float | None = None
    p: float | None = None


@dataclass(frozen=True)
class Diffusion:
    """How an innovation spread from one origin. Distances are in kilometres.

    Attributes
    ----------
    places : pandas.DataFrame
        Every government but the origin: ``government_code``, ``distance``, ``rank`` (1 nearest),
        ``quality`` (missing if it adopted nothing), ``adopted`` (counted as an adopter).
    adopters : pandas.DataFrame
        Those with a record: ``government_code``, ``adopter``, ``year`` (the first known),
        ``quality``, ``distance``, ``rank``, ``adopted``; nearest first.
    by_year : pandas.DataFrame
        ``year``, ``adopters`` (new), ``cumulative``, ``apart`` (new ones that do not count).
    by_band : pandas.DataFrame
        ``nearest``, ``farthest`` (edges; the farther one is outside), ``places``, ``adopters``,
        ``apart``, ``share`` (adopters to places), ``low``, ``high`` (95 % Wilson interval).
    unmatched : tuple of str
        Names of adopters that could not be assigned to one government.
    undated : int
        Counted adopters without a year.
    median_adopters, median_places : float or None
        Median distances.
    ratio : float or None
        Geometric mean distance of the adopters to that of all places; below 1 is nearer.
    tests : pandas.DataFrame
        Permutation tests of the mean of the adopters against that of as many places drawn at
        random, by ``measure``: ``log distance`` (the main one; it weighs the neighbourhood most),
        ``rank`` of the distance, and ``distance`` (it weighs the far end most). ``adopters`` and
        ``places`` (means), ``p_nearer`` (that adopters are nearer) and ``p`` (nearer or farther:
        twice the smaller tail).
        Empty if nobody or everybody adopted.
    odds : Odds
    frontier : float or None
        Spearman correlation of year and distance among the dated adopters; above 0 the frontier
        moved outward. With ``frontier_p`` (permutation) and ``dated``, their number.
    needed : int or None
        See :func:`metrobook.linkage.unnamed.unnamed_needed`.
    """

    places: pd.DataFrame
    adopters: pd.DataFrame
    by_year: pd.DataFrame
    by_band: pd.DataFrame
    tests: pd.DataFrame
    unmatched: tuple[str, ...]
    undated: int
    median_adopters: float | None
    median_places: float | None
    ratio: float | None
    odds: Odds
    frontier: float | None
    frontier_p: float | None
    dated: int
    needed: int | None


def distances(places: pd.DataFrame, origin: str) -> pd.Series:
    """Return how far places lie from one of them along the WGS 84 ellipsoid.

    Parameters
    ----------
    places : pandas.DataFrame
        ``government_code``, ``latitude``, ``longitude`` (degrees).
    origin : str

    Returns
    -------
    pandas.Series
        Kilometres by ``government_code``, without the origin.

    Raises
    ------
    ValueError
        If a code occurs twice, a place has no point, the origin is not among the places, or
        another place lies at its very point.

    References
    ----------
    Karney, C. F. F. (2013). Algorithms for geodesics. Journal of Geodesy 87, 43–55.

    Examples
    --------
    >>> degree = pd.DataFrame({"government_code": ["A", "B"], "latitude": 0, "longitude": [0, 1]})
    >>> distances(degree, "A").round(3).to_dict()
    {'B': 111.319}
    """
    points = places.set_index("government_code")[["latitude", "longitude"]].astype(float)
    twice = points.index[points.index.duplicated()]
    if len(twice):
        raise ValueError(f"Governments that occur twice: {_named(twice)}. Keep one row of each.")
    without = points.index[~np.isfinite(points).all(axis="columns")]
    if len(without):
        raise ValueError(f"Governments without a point: {_named(without)}. Fill in both degrees.")
    if origin not in points.index:
        raise ValueError(
            f"The origin {origin} is not among the governments. Add it with its point."
        )
    start, others = points.loc[origin], points.drop(origin)
    begin = [np.full(len(others), start[axis]) for axis in ("longitude", "latitude")]
    metres = EARTH.inv(*begin, others["longitude"], others["latitude"])[2]
    found = pd.Series(np.asarray(metres) / 1000, others.index, name="distance")
    if (found == 0).any():
        raise ValueError(
            f"At the very point of the origin: {_named(found.index[found == 0])}. "
            "Give each government a point of its own."
        )
    return found


def diffusion(
    adoptions: pd.DataFrame,
    places: pd.DataFrame,
    origin: str,
    *,
    counted: Iterable[str] = ("documented",),
    bands: Sequence[float] = BANDS,
    resamples: int = 9999,
    seed: int = 0,
) -> Diffusion:
    """Return how adoption went on over time and by distance from its origin.

    The comparison that could fail: are the adopters nearer to the origin than as many governments
    drawn at random from all that could have adopted? It says nothing of the reason; near
    governments share a province, an island and much else.

    Parameters
    ----------
    adoptions : pandas.DataFrame
        Records of what this origin gave: ``government_code`` (missing where the adopter cannot be
        assigned to one government), ``adopter`` (name),
        ``year`` (may be missing), ``quality``. Several records of one government count once, with
        the first year of the records that count, if any does.
    places : pandas.DataFrame
        All governments that could have adopted, and the origin: ``government_code``,
        ``latitude``, ``longitude``.
    origin : str
        Code of the government that gave.
    counted : iterable of str
        Qualities that count; adopters of other qualities are shown apart and enter the tests as
        places that did not adopt.
    bands : sequence of float
        Rising edges of the distance bands in kilometres.
    resamples : int
        Random sets; where fewer sets exist, all of them are tried and the p-value is exact.
    seed : int

    Returns
    -------
    Diffusion

    Raises
    ------
    ValueError
        If an adopter is not among the places or is the origin itself, and as :func:`distances`.

    References
    ----------
    Ludbrook, J. & Dudley, H. (1998). Why permutation tests are superior to t and F tests in
    biomedical research. The American Statistician 52, 127–132. The p-value of random sets is
    (b + 1) / (m + 1): Phipson, B. & Smyth, G. K. (2010). Permutation p-values should never be
    zero. Statistical Applications in Genetics and Molecular Biology 9, article 39.
    Wilson, E. B. (1927). Probable inference, the law of succession, and statistical inference.
    Journal of the American Statistical Association 22, 209–212.
    """
    far = distances(places, origin)
    unmatched = adoptions["government_code"].isna()
    known = _one_per_government(adoptions[~unmatched], set(counted))
    strange = known.index.difference(far.index)
    if len(strange):
        raise ValueError(
            f"Adopters that are the origin or not among the governments: {_named(strange)}. "
            "Correct the code, or add the government."
        )
    table = far.to_frame().join(known).rename_axis("government_code")
    table["adopted"] = table["adopted"].fillna(False).astype(bool)
    table["rank"] = table["distance"].rank(method="min").astype(int)
    adopters = table[table["quality"].notna()].sort_values("distance").reset_index()
    mine = adopters[adopters["adopted"]]
    dated = mine.dropna(subset=["year"])
    distance, adopted = table["distance"].to_numpy(), table["adopted"].to_numpy()
    frontier, frontier_p = _frontier(dated, resamples, seed)
    columns = ["government_code", "adopter", "year", "quality", "distance", "rank", "adopted"]
    return Diffusion(
        places=table.reset_index()[["government_code", "distance", "rank", "quality", "adopted"]],
        adopters=adopters[columns],
        by_year=_by_year(adopters),
        by_band=_by_band(table, bands),
        tests=_tests(table, resamples, seed),
        unmatched=tuple(sorted(set(adoptions.loc[unmatched, "adopter"]))),
        undated=len(mine) - len(dated),
        median_adopters=_median(mine["distance"]),
        median_places=_median(table["distance"]),
        ratio=float(np.exp(np.log(distance[adopted]).mean() - np.log(distance).mean()))
        if adopted.any()
        else None,
        odds=_odds(distance, adopted),
        frontier=frontier,
        frontier_p=frontier_p,
        dated=len(dated),
        needed=unnamed_needed(distance, adopted),
    )


def _one_per_government(records: pd.DataFrame, counted: set[str]) -> pd.DataFrame:
    marked = records.assign(
        adopted=records["quality"].isin(counted), year=records["year"].astype("Int64")
    )
    ordered = marked.sort_values(["adopted", "year"], ascending=[False, True], kind="stable")
    first = ordered.drop_duplicates("government_code").set_index("government_code")
    return first[["adopter", "year", "quality", "adopted"]]


def _by_year(adopters: pd.DataFrame) -> pd.DataFrame:
    dated = adopters.dropna(subset=["year"])
    years = pd.RangeIndex(dated["year"].min(), dated["year"].max() + 1) if len(dated) else []
    new = dated.groupby("year")["adopted"].agg(adopters="sum", all="size").reindex(years)
    new = new.fillna(0).astype(int).rename_axis("year")
    new["cumulative"], new["apart"] = new["adopters"].cumsum(), new["all"] - new["adopters"]
    return new.reset_index()[["year", "adopters", "cumulative", "apart"]]


def _by_band(table: pd.DataFrame, bands: Sequence[float]) -> pd.DataFrame:
    band = pd.cut(table["distance"], list(bands), right=False, labels=False)
    apart = table["quality"].notna() & ~table["adopted"]
    counts = table.assign(apart=apart).groupby(band).agg(
        places=("adopted", "size"), adopters=("adopted", "sum"), apart=("apart", "sum")
    )  # fmt: skip
    edges = np.asarray(bands, dtype=float)
    number = counts.index.to_numpy(dtype=int)
    counts.insert(0, "nearest", edges[number])
    counts.insert(1, "farthest", edges[number + 1])
    counts["share"] = counts["adopters"] / counts["places"]
    counts["low"], counts["high"] = proportion_confint(
        counts["adopters"], counts["places"], method="wilson"
    )
    return counts.reset_index(drop=True)


def _tests(table: pd.DataFrame, resamples: int, seed: int) -> pd.DataFrame:
    columns = ["measure", "adopters", "places", "p_nearer", "p"]
    adopted = table["adopted"].to_numpy()
    if adopted.all() or not adopted.any():
        return pd.DataFrame(columns=columns)
    sets, drawn = _sets(len(adopted), int(adopted.sum()), resamples, seed)
    measures = {
        "log distance": np.log(table["distance"]),
        "rank": table["distance"].rank(),
        "distance": table["distance"],
    }
    rows = []
    for measure, series in measures.items():
        values = series.to_numpy()
        mean = values[adopted].mean()
        beyond = (values[sets].mean(axis=1) - mean).round(DIGITS)
        nearer, farther = (
            (side.sum() + drawn) / (len(sets) + drawn) for side in (beyond <= 0, beyond >= 0)
        )
        rows.append((measure, mean, values.mean(), nearer, min(1.0, 2 * min(nearer, farther))))
    return pd.DataFrame(rows, columns=columns)


def _sets(places: int, size: int, resamples: int, seed: int) -> tuple[np.ndarray, bool]:
    """Return sets of places of one size, and whether they were drawn: all, if they are few."""
    if comb(places, size) <= resamples:
        return np.array(list(combinations(range(places), size))), False
    random = np.random.default_rng(seed)
    drawn = random.permuted(np.tile(np.arange(places), (resamples, 1)), axis=1)
    return drawn[:, :size], True


def _odds(distance: np.ndarray, adopted: np.ndarray) -> Odds:
    near, far = distance[adopted], distance[~adopted]
    if not len(near) or not len(far) or np.ptp(distance) == 0:
        return Odds("constant")
    if near.max() <= far.min() or far.max() <= near.min():
        return Odds("separated")
    predictors = sm.add_constant(np.log2(distance))
    fit = sm.Logit(adopted.astype(float), predictors).fit(disp=False, cov_type="HC1")
    low, high = np.exp(fit.conf_int()[1])
    state = "fitted" if min(len(near), len(far)) >= FEWEST else "few"
    return Odds(state, float(np.exp(fit.params[1])), float(low), float(high), float(fit.pvalues[1]))


def _frontier(dated: pd.DataFrame, resamples: int, seed: int) -> tuple[float | None, float | None]:
    if dated["year"].nunique() < 2 or dated["distance"].nunique() < 2:
        return None, None
    ranks = [stats.rankdata(dated[column].astype(float)) for column in ("year", "distance")]
    return float(pearson(*ranks)), permutation_p(*ranks, resamples, seed)


def _median(values: pd.Series) -> float | None:
    return None if values.empty else float(values.median())


def _named(codes: Iterable[str]) -> str:
    return ", ".join(map(str, codes))

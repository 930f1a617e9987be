"""Saturation: after how many items hardly any new codes appear."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import product

import numpy as np
import pandas as pd

from metrobook.coding.cases import carried

ROUNDING = 1e-9


def saturation(
    codings: pd.DataFrame,
    codes: Sequence[str],
    order: Iterable[str],
    base: int = 4,
    run: int = 2,
    threshold: float = 0.05,
) -> pd.DataFrame:
    """Compare the new codes of each run of items with the codes of the base.

    Parameters
    ----------
    codings : pandas.DataFrame
        Columns ``evidence_id``, ``code``.
    codes : sequence of str
        The codes that count.
    order : iterable of str
        The items in the order in which they were collected or read, also those without a code.
    base : int
        Items whose codes are what is known at first.
    run : int
        Items of a run. Runs overlap: each starts one item after the one before.
    threshold : float
        The new information, new codes of a run / codes of the base, up to which the run counts
        as saturated.

    Returns
    -------
    pandas.DataFrame
        One row per run: ``before`` (items before the run), ``new_codes``, ``base_codes``,
        ``new_information`` (missing if the base has no code), ``known`` (codes known before the
        run as a share of the codes of all items) and ``saturated``. The first saturated run is
        the point of saturation (:func:`saturation_point`), reported as ``before`` + ``run``,
        for instance *6+2*.

    Notes
    -----
    Guest, Namey & Chen (2020), with bases of 4 to 6, runs of 2 or 3 and thresholds of 5 % and
    0 %. They proposed it for interviews, each of which yields many codes; for short items the
    base must be larger, and ``known`` tells whether it was.

    Examples
    --------
    >>> codings = pd.DataFrame({"evidence_id": ["E1", "E2", "E3"], "code": ["a", "b", "a"]})
    >>> runs = saturation(codings, ["a", "b"], ["E1", "E2", "E3", "E4"], base=1, run=1)
    >>> runs["new_codes"].tolist(), saturation_point(runs)
    ([1, 0, 0], 2)
    """
    _check(base, run, threshold)
    given = carried(codings, codes, order)
    known = _cumulative(given, np.arange(len(given))[None, :])
    new, base_codes = _runs(known, base, run)
    before = np.arange(base, base + new.shape[1])
    saturated = _saturated(new, base_codes, threshold)[0]
    everything = max(int(given.any().sum()), 1)
    table = pd.DataFrame(
        {
            "before": before,
            "new_codes": new[0],
            "base_codes": np.repeat(base_codes[0], len(before)),
            "known": known[0, before - 1] / everything if len(before) else np.empty(0),
            "saturated": saturated,
        }
    )
    divisor = table["base_codes"].where(table["base_codes"] > 0)
    table.insert(3, "new_information", (table["new_codes"] / divisor).astype(float))
    return table


def saturation_point(runs: pd.DataFrame) -> int | None:
    """Return the items before the first saturated run, or None if no run is saturated.

    Parameters
    ----------
    runs : pandas.DataFrame
        The result of :func:`saturation`.
    """
    saturated = runs.loc[runs["saturated"], "before"]
    return int(saturated.iloc[0]) if len(saturated) else None


def saturation_curve(
    codings: pd.DataFrame,
    codes: Sequence[str],
    units: Iterable[str],
    bases: Sequence[int] = (4, 5, 6),
    runs: Sequence[int] = (2, 3),
    thresholds: Sequence[float] = (0.05, 0.0),
    permutations: int = 1000,
    confidence: float = 0.95,
    seed: int = 0,
) -> pd.DataFrame:
    """Find the point of saturation over random orders of the items.

    Parameters
    ----------
    codings, codes
        As in :func:`saturation`.
    units : iterable of str
        All items, also those without a code.
    bases, runs, thresholds : sequence
        The settings to try, all combinations.
    permutations : int
        Random orders.
    confidence : float
        Share of the orders that lie between ``low`` and ``high``.
    seed : int
        Of the random orders.

    Returns
    -------
    pandas.DataFrame
        One row per ``base``, ``run``, ``threshold``: ``median``, ``low``, ``high`` of the items
        before the first saturated run (missing where the quantile falls among orders that never
        reach it), ``reached`` (share of the orders that reach it) and ``known`` (median share of
        all codes known by then, over the orders that reach it).

    Notes
    -----
    Guest, Namey & Chen (2020) validate their method by bootstrapping interviews; here the items
    stay the same and only their order is drawn, so that all codes are known in the end.
    """
    for base, run, threshold in product(bases, runs, thresholds):
        _check(base, run, threshold)
    given = carried(codings, codes, units)
    known = _cumulative(given, _orders(len(given), permutations, seed))
    everything = max(int(given.any().sum()), 1)
    ends = (0.5, (1 - confidence) / 2, (1 + confidence) / 2)
    rows = []
    for base, run, threshold in product(bases, runs, thresholds):
        saturated = _saturated(*_runs(known, base, run), threshold)
        reached = saturated.any(axis=1)
        before = base + saturated[reached].argmax(axis=1) if reached.any() else np.empty(0, int)
        items = np.full(permutations, np.inf)
        items[reached] = before
        quantiles = np.quantile(items, ends, method="inverted_cdf")
        share = np.median(known[reached, before - 1]) / everything if reached.any() else np.nan
        quantiles[np.isinf(quantiles)] = np.nan
        rows.append((base, run, threshold, *quantiles, reached.mean(), share))
    columns = ["base", "run", "threshold", "median", "low", "high", "reached", "known"]
    return pd.DataFrame(rows, columns=columns)


def accumulation(
    codings: pd.DataFrame,
    codes: Sequence[str],
    order: Iterable[str],
    permutations: int = 1000,
    confidence: float = 0.95,
    seed: int = 0,
) -> pd.DataFrame:
    """Count the codes known after each item, in the given order and over random orders.

    Parameters
    ----------
    codings, codes, order
        As in :func:`saturation`.
    permutations, confidence, seed
        As in :func:`saturation_curve`.

    Returns
    -------
    pandas.DataFrame
        ``items`` (read so far), ``evidence_id`` (the last of them in the given order),
        ``observed`` (codes known in the given order), and over random orders ``mean``,
        ``median``, ``low``, ``high``.

    Notes
    -----
    The mean estimates the sample-based rarefaction curve (Mao's tau; Colwell, Mao & Chang 2004).
    """
    given = carried(codings, codes, order)
    known = _cumulative(given, _orders(len(given), permutations, seed))
    ends = ((1 - confidence) / 2, (1 + confidence) / 2)
    low, high = np.quantile(known, ends, axis=0, method="inverted_cdf")
    return pd.DataFrame(
        {
            "items": np.arange(1, len(given) + 1),
            "evidence_id": given.index,
            "observed": _cumulative(given, np.arange(len(given))[None, :])[0],
            "mean": known.mean(axis=0),
            "median": np.median(known, axis=0),
            "low": low,
            "high": high,
        }
    )


def _check(base: int, run: int, threshold: float) -> None:
    if base < 1 or run < 1 or threshold < 0:
        raise ValueError(
            f"base {base}, run {run}, threshold {threshold}: expected a base and a run of at "
            "least one item and a threshold of at least 0 (0.05 is 5 per cent)."
        )


def _orders(units: int, permutations: int, seed: int) -> np.ndarray:
    """Return the place of each unit in each random order, orders × units."""
    places = np.tile(np.arange(units), (permutations, 1))
    return np.random.default_rng(seed).permuted(places, axis=1)


def _cumulative(given: pd.DataFrame, places: np.ndarray) -> np.ndarray:
    """Return the codes known after each item, orders × items."""
    orders, items = places.shape
    new = np.zeros((orders, items), dtype=int)
    for _, code in given.items():
        carrying = np.flatnonzero(code)
        if len(carrying):
            first = places[:, carrying].min(axis=1)
            new[np.arange(orders), first] += 1
    return new.cumsum(axis=1)


def _runs(known: np.ndarray, base: int, run: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the new codes of each run and the codes of the base, orders × runs and × 1."""
    orders, items = known.shape
    if items < base + run:
        return np.zeros((orders, 0), dtype=int), np.zeros((orders, 1), dtype=int)
    new = known[:, base + run - 1 :] - known[:, base - 1 : items - run]
    return new, known[:, base - 1 : base]


def _saturated(new: np.ndarray, base_codes: np.ndarray, threshold: float) -> np.ndarray:
    return (new <= threshold * base_codes + ROUNDING) & (base_codes > 0)

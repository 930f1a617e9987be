"""Unnamed: what adopters that no source names could change about near and far."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
import pandas as pd
from scipy import stats

LEVEL = 0.05
"""One-sided p-value up to which adopters are called nearer than chance."""


def unnamed_needed(distance: Sequence[float], adopted: Sequence[bool]) -> int | None:
    """Return how few unnamed adopters could turn the answer to whether adopters are nearer.

    If they are not nearer than chance, the nearest other places are taken one after another until
    they are; if they are nearer, the farthest until they no longer are. So this is a bound: with
    fewer further adopters, wherever they lie, the answer stands. It uses the normal approximation
    to the mean logarithm of a random set drawn without replacement.

    Parameters
    ----------
    distance : sequence of float
        Kilometres, one per place.
    adopted : sequence of bool

    Returns
    -------
    int or None
        None if no number turns it.

    References
    ----------
    Cochran, W. G. (1977). Sampling Techniques, 3rd ed., theorem 2.2.

    Examples
    --------
    >>> unnamed_needed([1, 2, 4, 8, 16, 32, 64, 128], [False] * 8)
    2
    """
    logs, taken = np.log(np.asarray(distance, dtype=float)), np.array(adopted, dtype=bool)
    answer = _nearer(logs, taken)
    order = np.argsort(-logs if answer else logs, kind="stable")
    for further, place in enumerate(order[~taken[order]], start=1):
        taken[place] = True
        if _nearer(logs, taken) != answer:
            return further
    return None


def share_near(
    places: pd.DataFrame, among: Iterable[str], number: int, *, draws: int = 999, seed: int = 0
) -> float:
    """Return how often adopters would be nearer than chance if some unnamed ones were known.

    For a source that tells the number of adopters and the region they are from, but no names.

    Parameters
    ----------
    places : pandas.DataFrame
        Every government but the origin: ``government_code``, ``distance``, ``adopted``, as
        :func:`metrobook.linkage.diffusion.diffusion` returns them.
    among : iterable of str
        Codes of the governments of that region; those already counted, and the origin, are left
        out.
    number : int
        Unnamed adopters, drawn at random from them in each draw.
    draws, seed : int

    Returns
    -------
    float
        Share of draws in which the adopters are nearer at the level of five per cent, by the
        normal approximation of :func:`unnamed_needed`.

    Raises
    ------
    ValueError
        If fewer governments are left than there are unnamed adopters.
    """
    pool = np.flatnonzero(places["government_code"].isin(set(among)) & ~places["adopted"])
    if len(pool) < number:
        raise ValueError(
            f"{number} unnamed adopters were to be drawn from {len(pool)} governments. "
            "Name a larger region or a smaller number."
        )
    random, logs = np.random.default_rng(seed), np.log(places["distance"].to_numpy())
    nearer = 0
    for _ in range(draws):
        adopted = places["adopted"].to_numpy(copy=True)
        adopted[random.choice(pool, number, replace=False)] = True
        nearer += _nearer(logs, adopted)
    return nearer / draws


def _nearer(logs: np.ndarray, adopted: np.ndarray) -> bool:
    """Tell by the normal approximation whether adopters are nearer than a random set."""
    size, total = adopted.sum(), len(logs)
    if size in (0, total) or np.ptp(logs) == 0:
        return False
    error = logs.std(ddof=1) * np.sqrt((1 - size / total) / size)
    return bool(stats.norm.cdf((logs[adopted].mean() - logs.mean()) / error) <= LEVEL)

"""An agreement coefficient with its interval, and what must be known of its data."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from metrobook.coding.ratings import Ratings
from metrobook.coding.resampling import Statistic, percentile_interval

ZERO = "Without variation reliability cannot be inferred, and the coefficient counts as 0"
ONE = "No chance agreement is expected then, and AC1 is 1"


class AgreementWarning(UserWarning):
    """The data say less about agreement than the number suggests."""


@dataclass(frozen=True)
class Agreement:
    """An agreement coefficient; ``float(agreement)`` is its value.

    Attributes
    ----------
    value : float
        ``nan`` only if no unit has two ratings.
    low, high : float
        Percentile bootstrap interval over units; ``nan`` without resampling.
    n_units : int
        Units with at least two ratings.
    n_pairable : int
        Ratings of those units.
    n_dropped : int
        Units with fewer than two ratings.
    prevalence : pandas.Series
        Share of each value among the pairable ratings.
    """

    value: float
    low: float
    high: float
    n_units: int
    n_pairable: int
    n_dropped: int
    prevalence: pd.Series = field(compare=False, repr=False)

    def __float__(self) -> float:
        return self.value


def estimate(
    statistic: Statistic,
    units: np.ndarray,
    read: Ratings,
    resamples: int,
    confidence: float,
    seed: int,
    *,
    value: float | None = None,
    constant: str | None = None,
    at_least: int = 2,
) -> Agreement:
    """Return the statistic of the data, or the value given for it, with its interval.

    Parameters
    ----------
    statistic : callable
        From multiplicities (resamples by patterns) to the coefficient of each resample.
    units : numpy.ndarray
        How many units show each pattern.
    read : Ratings
    resamples, confidence, seed
        As in :func:`~metrobook.coding.agreement.percent_agreement`.
    value : float, optional
        The coefficient where a library has computed it.
    constant : str, optional
        What becomes of it where only one value occurs, for the warning.
    at_least : int
        Ratings of the units that inform chance agreement.
    """
    per_unit = np.bincount(read.unit, minlength=read.n_units)
    paired = per_unit >= 2
    values = read.value[paired[read.unit]]
    tally = np.bincount(values, minlength=len(read.scale))
    numbers = {
        "n_units": int(paired.sum()),
        "n_pairable": len(values),
        "n_dropped": int((~paired).sum()),
        "prevalence": pd.Series(tally / max(len(values), 1), index=read.scale, name="prevalence"),
    }
    tail = (1 - confidence) / 2 if resamples else 1
    for message in _cautions(read, per_unit, constant, at_least, tail):
        warnings.warn(message, AgreementWarning, stacklevel=3)
    if not numbers["n_units"]:
        return Agreement(float("nan"), float("nan"), float("nan"), **numbers)
    if value is None:
        value = float(statistic(units[None, :].astype(float))[0])
    low, high = percentile_interval(
        statistic,
        units,
        resamples=resamples,
        confidence=confidence,
        seed=seed,
        width=len(read.scale),
    )
    return Agreement(value, low, high, **numbers)


def _cautions(
    read: Ratings, per_unit: np.ndarray, constant: str | None, at_least: int, tail: float
) -> Iterator[str]:
    """Yield what a reader of the estimate must know of its data."""
    n_units = int((per_unit >= 2).sum())
    if not n_units:
        yield "No unit has two ratings, so there is no agreement to speak of; the value is nan."
        return
    if n_units < read.n_units:
        yield (
            f"{read.n_units - n_units} of {read.n_units} units have fewer than two ratings and "
            "drop out."
        )
    values = np.unique(read.value[per_unit[read.unit] >= at_least])
    if constant and len(values) == 1:
        yield f"Only the value {read.scale[values[0]]!r} occurs. {constant}."
    elif constant == ZERO:
        alike = _share_without_variation(read, per_unit >= at_least)
        if alike > tail:
            yield (
                f"About {alike:.0%} of the resamples hold one value only. {ZERO}; the interval "
                "includes them."
            )


def _share_without_variation(read: Ratings, drawn: np.ndarray) -> float:
    """Return how likely all units drawn are alike: the sum of :math:`(u_c / n)^n` over values."""
    least = np.full(read.n_units, len(read.scale))
    most = np.full(read.n_units, -1)
    np.minimum.at(least, read.unit, read.value)
    np.maximum.at(most, read.unit, read.value)
    alike = np.bincount(least[drawn & (least == most)])
    return float(((alike / drawn.sum()) ** drawn.sum()).sum())

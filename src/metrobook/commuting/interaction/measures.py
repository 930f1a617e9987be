"""Measures: how well modelled flows agree with observed ones."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy.special import gammaln, kl_div, xlogy


def common_part(observed: ArrayLike, fitted: ArrayLike) -> float:
    """Return the common part of commuters: the share of trips that both tables send the same way.

    Twice the sum of the smaller value of each pair, divided by the trips of both tables: 1 when
    they agree everywhere, 0 when they share no pair. With equal totals it is the share of trips
    that the model sends to the right destination.

    Parameters
    ----------
    observed, fitted : array_like
        Trips of the same pairs in the same order, in persons.

    Returns
    -------
    float
        Between 0 and 1.

    Raises
    ------
    ValueError
        If the two do not hold the same pairs, a value is missing or negative, or there are no
        trips at all.

    References
    ----------
    Gargiulo et al. 2012; Lenormand, Bassolas and Ramasco 2016.

    Examples
    --------
    >>> common_part([6, 2, 2], [4, 4, 2])
    0.8
    """
    observed, fitted = _pairs(observed, fitted)
    trips = observed.sum() + fitted.sum()
    if trips == 0:
        raise ValueError("the common part of commuters needs trips, but all values are 0")
    return float(2 * np.minimum(observed, fitted).sum() / trips)


def srmse(observed: ArrayLike, fitted: ArrayLike) -> float:
    """Return the standardised root mean square error: the typical error in units of the mean flow.

    The root of the mean squared difference over all pairs, divided by the mean observed flow; 0 for
    a perfect fit, and without upper bound.

    Parameters
    ----------
    observed, fitted : array_like
        Trips of the same pairs in the same order, in persons. The pairs without trips belong in, as
        far as the model has them: leaving them out changes the mean.

    Returns
    -------
    float

    Raises
    ------
    ValueError
        If the two do not hold the same pairs, a value is missing or negative, or nothing was
        observed.

    References
    ----------
    Knudsen and Fotheringham 1986; Oshan 2016.

    Examples
    --------
    >>> srmse([6, 2, 1, 3], [4, 4, 3, 1])
    0.6666666666666666
    """
    observed, fitted = _pairs(observed, fitted)
    mean = observed.mean()
    if mean == 0:
        raise ValueError("the error is given in units of the mean observed flow, but that is 0")
    return float(np.sqrt(np.mean((observed - fitted) ** 2)) / mean)


def poisson_deviance(observed: ArrayLike, fitted: ArrayLike) -> float:
    """Return the Poisson deviance: twice the log-likelihood that a perfect fit would gain.

    Parameters
    ----------
    observed, fitted : array_like
        Trips of the same pairs in the same order, in persons; whole numbers are not needed.

    Returns
    -------
    float
        0 for a perfect fit; infinite where trips were observed on a pair that the model gives none.

    Raises
    ------
    ValueError
        If the two do not hold the same pairs, or a value is missing or negative.

    References
    ----------
    McCullagh and Nelder 1989, section 2.3.

    Examples
    --------
    >>> round(poisson_deviance([0, 2], [1, 1]), 6)
    2.772589
    """
    return float(2 * kl_div(*_pairs(observed, fitted)).sum())


def poisson_llf(observed: ArrayLike, fitted: ArrayLike) -> float:
    """Return the Poisson log-likelihood of the observed flows, given their expectations.

    Flows that are no whole numbers (weighted surveys) are allowed: the value is then a
    quasi-likelihood, in which the factorial is continued by the gamma function.

    Parameters
    ----------
    observed, fitted : array_like
        Trips of the same pairs in the same order, in persons.

    Returns
    -------
    float
        Minus infinity where trips were observed on a pair that the model gives none.

    Raises
    ------
    ValueError
        If the two do not hold the same pairs, or a value is missing or negative.

    References
    ----------
    Flowerdew and Aitkin 1982; Gourieroux, Monfort and Trognon 1984 for the quasi-likelihood.

    Examples
    --------
    >>> round(poisson_llf([0, 2], [1, 1]), 6)
    -2.693147
    """
    observed, fitted = _pairs(observed, fitted)
    return float((xlogy(observed, fitted) - fitted - gammaln(observed + 1)).sum())


def mcfadden_r2(llf: float, llf_null: float) -> float:
    """Return McFadden's R²: the share of the log-likelihood that the model explains.

    Parameters
    ----------
    llf : float
        Log-likelihood of the model.
    llf_null : float
        Log-likelihood of the model that gives every pair the same flow.

    Returns
    -------
    float
        0 when the model explains no more than the mean flow.

    Raises
    ------
    ValueError
        If one of them is not finite, or the second is not negative.

    References
    ----------
    McFadden 1974.

    Examples
    --------
    >>> mcfadden_r2(-20, -80)
    0.75
    """
    if not np.isfinite([llf, llf_null]).all() or llf_null >= 0:
        raise ValueError(
            "McFadden's R² compares two finite log-likelihoods, the second of them negative, "
            f"but they are {llf} and {llf_null}"
        )
    return float(1 - llf / llf_null)


def _pairs(observed: ArrayLike, fitted: ArrayLike) -> tuple[np.ndarray, np.ndarray]:
    indexed = isinstance(observed, pd.Series) and isinstance(fitted, pd.Series)
    if np.shape(observed) != np.shape(fitted):
        raise ValueError(
            f"observed and fitted flows must hold the same pairs, but their shapes are "
            f"{np.shape(observed)} and {np.shape(fitted)}"
        )
    if indexed and not observed.index.equals(fitted.index):
        raise ValueError(
            "observed and fitted flows have different indexes: give both the same pairs in the "
            "same order"
        )
    return _flows("observed", observed), _flows("fitted", fitted)


def _flows(name: str, values: ArrayLike) -> np.ndarray:
    values = np.asarray(values, dtype=float).ravel()
    if not values.size:
        raise ValueError("there are no pairs to compare")
    wrong = ~(np.isfinite(values) & (values >= 0))
    if wrong.any():
        place = int(wrong.argmax())
        raise ValueError(
            f"{name} flows must be numbers of 0 or more, but the one at position {place} "
            f"(counted from 0) is {values[place]}; leave pairs that were not observed out of both"
        )
    return values

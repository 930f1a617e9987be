"""The radiation model: commuting without parameters, from the people who live in between."""

from __future__ import annotations

import numpy as np
import pandas as pd


def radiation(
    population: pd.Series,
    distance: pd.DataFrame,
    outgoing: pd.Series,
    attraction: pd.Series | None = None,
    *,
    finite: bool = True,
) -> pd.DataFrame:
    """Return the flows that the radiation model expects; nothing is estimated.

    Of the ``T_i`` commuters of zone ``i``, zone ``j`` receives ``T_i m_i n_j / ((m_i + s_ij) (m_i
    + n_j + s_ij))``: who leaves takes the nearest opportunity that is better than all at home.
    ``m_i`` is the population at home, ``n_j`` that of the destination and ``s_ij`` that of the
    zones nearer to ``i`` than ``j``, without ``i``. Zones that are equally far are reached at the
    same time: they share the commuters who stop there in proportion to ``n``.

    Parameters
    ----------
    population : pandas.Series
        Population by zone; the index holds the ids of all zones.
    distance : pandas.DataFrame
        Distance or travel time between all zones: square, origins as index and destinations as
        columns, or long, ``origin, destination, distance``. Distances within zones are not used.
    outgoing : pandas.Series
        Commuters ``T_i`` who leave the zone, by origin; it may leave zones out.
    attraction : pandas.Series, optional
        What draws commuters to a zone, such as jobs, in numbers that compare with population;
        it takes the place of population in ``n`` and ``s``.
    finite : bool
        Whether the zones are the whole world, so that every commuter arrives in one of them and
        the flows of an origin sum to ``T_i`` (Masucci et al. 2013, who divide by ``1 - m_i / M``,
        ``M`` being the population of all zones). Otherwise a part goes beyond: the published
        equation, whose flows sum to ``T_i (1 - m_i / M)``.

    Returns
    -------
    pandas.DataFrame
        ``origin, destination, value``: all pairs of different zones, by the order of ``outgoing``
        and ``population``.

    Raises
    ------
    ValueError
        If the tables do not hold the same zones, a number is missing or negative, or commuters
        leave a zone where nobody lives or find no destination.

    References
    ----------
    Simini, González, Maritan and Barabási 2012, eq. 2; Masucci et al. 2013 for finite systems.

    Examples
    --------
    >>> population = pd.Series({"a": 10, "b": 10, "c": 20})
    >>> kilometres = pd.DataFrame([[0, 1, 3], [1, 0, 2], [3, 2, 0]], list("abc"), list("abc"))
    >>> radiation(population, kilometres, pd.Series({"a": 90}))["value"].tolist()
    [60.0, 30.0]
    """
    zones = population.index
    home = _numbers("population", population, zones)
    drawn = home if attraction is None else _numbers("attraction", attraction, zones)
    if strangers := list(outgoing.index.difference(zones)):
        raise ValueError(f"outgoing commuters: zone {strangers[0]!r} is not among the zones")
    leaving = _numbers("outgoing commuters", outgoing, outgoing.index)
    origins = zones.get_indexer(outgoing.index)
    matrix = _square(distance, zones)

    flows = np.zeros((len(origins), len(zones) - 1))
    others = np.array([np.delete(np.arange(len(zones)), origin) for origin in origins], dtype=int)
    for row, origin in enumerate(origins):
        if leaving[row] == 0:
            continue
        elsewhere = drawn[others[row]]
        if home[origin] == 0 or elsewhere.sum() == 0:
            raise ValueError(
                f"{leaving[row]:g} commuters leave zone {zones[origin]!r}, but "
                + ("nobody lives there" if home[origin] == 0 else "no other zone attracts anyone")
            )
        shares = _shares(home[origin], elsewhere, matrix[origin, others[row]])
        flows[row] = leaving[row] * (shares / shares.sum() if finite else shares)
    return pd.DataFrame(
        {
            "origin": outgoing.index.repeat(len(zones) - 1),
            "destination": zones.take(others.ravel()),
            "value": flows.ravel(),
        }
    )


def _shares(home: float, attraction: np.ndarray, distance: np.ndarray) -> np.ndarray:
    _, ring = np.unique(distance, return_inverse=True)
    reached = home + np.cumsum(np.bincount(ring, attraction))
    before = np.concatenate([[home], reached[:-1]])
    return attraction * (home / before / reached)[ring]


def _numbers(name: str, values: pd.Series, zones: pd.Index) -> np.ndarray:
    _same_zones(name, values.index, zones)
    numbers = values.reindex(zones).to_numpy(dtype=float, na_value=np.nan)
    wrong = ~(np.isfinite(numbers) & (numbers >= 0))
    if wrong.any():
        place = wrong.argmax()
        raise ValueError(
            f"{name} of zone {zones[place]!r} must be a number of 0 or more, but is "
            f"{numbers[place]}"
        )
    return numbers


def _square(distance: pd.DataFrame, zones: pd.Index) -> np.ndarray:
    if {"origin", "destination", "distance"} <= set(distance.columns):
        pairs = distance[["origin", "destination"]]
        if (twice := pairs.duplicated()).any():
            raise ValueError(f"two distances are given for the pair {_pair(*pairs[twice].iloc[0])}")
        distance = distance.pivot(index="origin", columns="destination", values="distance")
    _same_zones("distance (origins)", distance.index, zones)
    _same_zones("distance (destinations)", distance.columns, zones)
    matrix = distance.reindex(index=zones, columns=zones).to_numpy(dtype=float, na_value=np.nan)
    wrong = ~(matrix >= 0)
    np.fill_diagonal(wrong, False)
    if wrong.any():
        i, j = np.unravel_index(wrong.argmax(), wrong.shape)
        raise ValueError(
            f"distance {_pair(zones[i], zones[j])} must be a number of 0 or more, but is "
            f"{matrix[i, j]}"
        )
    return matrix


def _pair(origin, destination) -> str:
    return f"from {origin!r} to {destination!r}"


def _same_zones(name: str, given: pd.Index, zones: pd.Index) -> None:
    if not given.is_unique:
        raise ValueError(f"{name}: zone {given[given.duplicated()][0]!r} stands there twice")
    for lacking, told in ((zones.difference(given), "lacks"), (given.difference(zones), "adds")):
        if len(lacking):
            raise ValueError(
                f"{name} {told} zone {lacking[0]!r}: population, attraction and distance must "
                "hold the same zones"
            )

"""Reading a long table of ratings: who gave which value to which unit."""

from __future__ import annotations

import numbers
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from scipy import sparse

NAMED = 5
"""How many offending rows an error message names."""


@dataclass(frozen=True)
class Ratings:
    """Ratings as positions in their units, coders and values; missing values are left out.

    Attributes
    ----------
    n_units : int
        Units of the table, also those without any value.
    coders : pandas.Index
    scale : pandas.Index
        Values in their order, also those of a categorical scale that nobody gave.
    ordered : bool
        Whether the scale is that of an ordered categorical.
    unit, coder, value : numpy.ndarray
        One entry per rating.
    """

    n_units: int
    coders: pd.Index
    scale: pd.Index
    ordered: bool
    unit: np.ndarray
    coder: np.ndarray
    value: np.ndarray

    def counts(self, at_least: int) -> sparse.csr_array:
        """Count for each unit with so many ratings how many coders gave which value."""
        shape = (self.n_units, len(self.scale))
        ones = np.ones(len(self.unit))
        counts = sparse.coo_array((ones, (self.unit, self.value)), shape=shape).tocsr()
        return counts[counts.sum(axis=1) >= at_least]


def read_ratings(ratings: pd.DataFrame) -> Ratings:
    """Return the ratings of a long table.

    Parameters
    ----------
    ratings : pandas.DataFrame
        Columns ``unit``, ``coder``, ``value``; a value may be missing. The scale of a categorical
        or boolean column is that of its type, otherwise the values that occur.

    Raises
    ------
    ValueError
        If a column is missing, a row names no unit or coder, or a coder rated a unit twice.
    """
    absent = [name for name in ("unit", "coder", "value") if name not in ratings]
    if absent:
        raise ValueError(
            f"The ratings have no column {', '.join(absent)}; expected is one row per rating with "
            f"the columns unit, coder, value. They have: {', '.join(map(str, ratings.columns))}."
        )
    unit, units = pd.factorize(ratings["unit"])
    coder, coders = pd.factorize(ratings["coder"])
    _refuse_nameless(ratings, (unit < 0) | (coder < 0))
    _refuse_repeated(ratings, pd.Series(unit * max(len(coders), 1) + coder).duplicated())
    value, scale = _on_a_scale(ratings["value"])
    given = value >= 0
    return Ratings(
        n_units=len(units),
        coders=pd.Index(coders),
        scale=scale,
        ordered=isinstance(ratings["value"].dtype, pd.CategoricalDtype)
        and ratings["value"].cat.ordered,
        unit=unit[given],
        coder=coder[given],
        value=value[given],
    )


def in_order(ratings: Ratings, level: str) -> Ratings:
    """Return ratings whose scale is numeric, or ordered if the level is ordinal.

    Raises
    ------
    ValueError
        If a value is not a finite number, or negative at the ratio level.
    """
    if level == "ordinal" and ratings.ordered:
        return ratings
    for value in ratings.scale:
        if not isinstance(value, numbers.Real) or not np.isfinite(float(value)):
            order = ", or an ordered categorical" if level == "ordinal" else ""
            raise ValueError(
                f"The value {value!r} is not a finite number; {level} values must be{order}."
            )
        if level == "ratio" and value < 0:
            raise ValueError(f"The value {value!r} is negative; ratio values start at zero.")
    scale, position = np.unique(ratings.scale.to_numpy(dtype=float), return_inverse=True)
    return replace(ratings, scale=pd.Index(scale), value=position[ratings.value])


def _on_a_scale(values: pd.Series) -> tuple[np.ndarray, pd.Index]:
    """Return positions (-1 where missing) and the scale they point to."""
    if isinstance(values.dtype, pd.CategoricalDtype):
        return values.cat.codes.to_numpy(dtype=np.int64), values.cat.categories
    if pd.api.types.is_bool_dtype(values.dtype):
        values = values.astype(pd.CategoricalDtype([False, True]))
        return values.cat.codes.to_numpy(dtype=np.int64), values.cat.categories
    codes, uniques = pd.factorize(values)
    scale = pd.Index(uniques)
    try:
        order = np.asarray(scale.argsort())
    except TypeError:  # values of several types
        order = np.array(sorted(range(len(scale)), key=lambda i: (str(type(scale[i])), scale[i])))
    position = np.empty(len(order) + 1, dtype=np.int64)
    position[order] = np.arange(len(order))
    position[-1] = -1
    return position[codes], scale[order]


def _refuse_nameless(ratings: pd.DataFrame, nameless: np.ndarray) -> None:
    if nameless.any():
        rows = ", ".join(str(row) for row in np.flatnonzero(nameless)[:NAMED] + 1)
        raise ValueError(
            f"{nameless.sum()} ratings name no unit or no coder (among them rows {rows}). Fill "
            "them in; only the value may be missing."
        )


def _refuse_repeated(ratings: pd.DataFrame, repeated: pd.Series) -> None:
    if repeated.any():
        pairs = ratings.loc[repeated.to_numpy(), ["unit", "coder"]].drop_duplicates()
        named = "; ".join(
            f"unit {row.unit!r}, coder {row.coder!r}" for row in pairs.head(NAMED).itertuples()
        )
        more = f"; and {len(pairs) - NAMED} more" if len(pairs) > NAMED else ""
        raise ValueError(
            f"A coder gives a unit one value, but the ratings hold several rows for {named}{more}. "
            "Keep one row of each."
        )

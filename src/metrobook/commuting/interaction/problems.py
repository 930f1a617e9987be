"""What can be wrong with a table of flows, found and said in words with the zones named."""

from __future__ import annotations

import numpy as np
import pandas as pd

SHOWN = 5


def name_pairs(frame, wrong: np.ndarray) -> str:
    """Return the pairs marked in ``wrong`` as words, the first few of them by name."""
    rows = np.flatnonzero(wrong)
    shown = frame.iloc[rows[:SHOWN]]
    pairs = zip(shown["origin"], shown["destination"], strict=True)
    return listed([f"{origin} → {destination}" for origin, destination in pairs], len(rows))


def listed(names, count: int | None = None) -> str:
    count = len(names) if count is None else count
    more = f" and {count - SHOWN:,} more" if count > SHOWN else ""
    return ", ".join(map(str, names[:SHOWN])) + more


def columns(frame: pd.DataFrame, wanted: list[str]) -> None:
    """Raise if the frame lacks a column."""
    absent = [name for name in wanted if name not in frame.columns]
    if absent:
        raise ValueError(
            f"the flows have no column {', '.join(map(repr, absent))}; they have "
            f"{', '.join(map(repr, frame.columns))}"
        )


def pairs_once(frame: pd.DataFrame) -> None:
    """Raise if a zone is not named or a pair stands twice."""
    unnamed = frame[["origin", "destination"]].isna().any(axis=1).to_numpy()
    if unnamed.any():
        raise ValueError(
            f"origin or destination is missing in row {list(frame.index[unnamed][:SHOWN])}"
        )
    twice = frame.duplicated(["origin", "destination"]).to_numpy()
    if twice.any():
        raise ValueError(
            f"{name_pairs(frame, twice)}: the pair stands more than once; choose one year, purpose "
            "and mode, or add the rows up first"
        )


def numbers(frame: pd.DataFrame, name: str) -> np.ndarray:
    """Return a column as numbers, missing where empty; raise if it holds text."""
    values = pd.to_numeric(frame[name], errors="coerce")
    text = (values.isna() & frame[name].notna()).to_numpy()
    if text.any():
        raise ValueError(
            f"{name} of {name_pairs(frame, text)}: expected a number, found "
            f"{frame[name][text].iloc[0]!r}"
        )
    return values.to_numpy(float, na_value=np.nan)


def flows(frame, value: np.ndarray) -> None:
    """Raise if a flow is negative or infinite, or if nothing flows."""
    wrong = (value < 0) | np.isinf(value)
    if wrong.any():
        first = value[np.flatnonzero(wrong)[0]]
        raise ValueError(
            f"flow of {name_pairs(frame, wrong)}: expected a number of 0 or more, found "
            f"{first:g}; a pair that was not observed is left empty"
        )
    if not np.nansum(value) > 0:
        raise ValueError("there is no flow above 0 in the table, so there is nothing to fit")


def explanatory(frame, name: str, values: np.ndarray, log: bool) -> None:
    """Raise if a cost or covariate is missing, infinite, or has no logarithm."""
    wrong = ~np.isfinite(values)
    if wrong.any():
        raise ValueError(
            f"{name} of {name_pairs(frame, wrong)} is missing or not a finite number; give it, or "
            "leave the pair out of the sample"
        )
    wrong = values <= 0 if log else np.zeros(0, dtype=bool)
    if not wrong.any():
        return
    found = f"{name} of {name_pairs(frame, wrong)} is {values[np.flatnonzero(wrong)[0]]:g}"
    if name == "cost":
        raise ValueError(
            f"{found}: a power law needs costs above 0, since it takes their logarithm; give the "
            "true cost (within a zone, for instance half the distance to the nearest zone), leave "
            "the pair out, or use decay='exponential'"
        )
    raise ValueError(
        f"{found}: a mass enters in logarithm and must be above 0; leave the pair out, or let the "
        f"covariate enter as it is with {{{name!r}: 'linear'}}"
    )


def same_shape(flows, matrix, name: str) -> np.ndarray:
    """Return a matrix as an array, or raise if it does not match that of the flows."""
    if np.shape(matrix) != np.shape(flows):
        raise ValueError(
            f"{name} must be a matrix of the shape of the flows, {np.shape(flows)}, but its shape "
            f"is {np.shape(matrix)}"
        )
    if isinstance(matrix, pd.DataFrame) and isinstance(flows, pd.DataFrame):
        if set(matrix.index) != set(flows.index) or set(matrix.columns) != set(flows.columns):
            raise ValueError(f"{name} and flows are matrices of different zones")
        matrix = matrix.reindex(index=flows.index, columns=flows.columns)
    return np.asarray(matrix, dtype=float)


def identified(names, weighted_x, bread, spread) -> None:
    """Raise if a coefficient cannot be told from the effects or from the other variables.

    ``bread`` holds the cross products of the variables after the effects are taken out, ``spread``
    their sums of squares before; ``weighted_x`` says in words what was taken out.
    """
    left = np.diag(bread) / np.where(spread > 0, spread, 1)
    lost = [name for name, share in zip(names, left, strict=True) if not share > 1e-10]
    if lost:
        raise ValueError(
            f"{listed(lost)}: the coefficient is not identified, since the variable does not vary "
            f"{weighted_x}; leave it out" + (", or use decay='none'" if "decay" in lost else "")
        )
    scale = np.sqrt(np.diag(bread))
    values, vectors = np.linalg.eigh(bread / np.outer(scale, scale))
    if values[0] < 1e-10:
        together = [names[k] for k in np.flatnonzero(np.abs(vectors[:, 0]) > 1e-3)]
        raise ValueError(
            f"{', '.join(together)} say the same {weighted_x}, so that their coefficients are "
            "not identified; leave one of them out"
        )


def separation(sample, names, step, fitted) -> ValueError:
    """Return the error that explains a coefficient without a finite estimate."""
    moving = [
        name
        for name, size in zip(names, np.abs(step), strict=True)
        if size > 1e-2 * np.abs(step).max()
    ]
    smallest = sample.flow[sample.flow > 0].min()
    gone = (sample.flow == 0) & (fitted < 1e-4 * smallest)
    frame = pd.DataFrame(
        {
            "origin": sample.origins[sample.origin[gone]],
            "destination": sample.destinations[sample.destination[gone]],
        }
    )
    return ValueError(
        f"{', '.join(moving)}: the coefficient has no finite estimate, since the variable "
        "separates pairs without flow from the others "
        f"({name_pairs(frame, np.ones(len(frame), bool))}); leave the variable out, or these pairs"
    )

"""The sample of pairs: flows, cost and covariates read from a long frame or from matrices."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from metrobook.commuting.interaction import problems

PAIR = ["origin", "destination"]
POWERS = ("log", "linear")


@dataclass(frozen=True)
class Sample:
    """Observed pairs: codes into ``origins`` and ``destinations``, flow, and a line of ``x`` each.

    ``place`` is where each pair stands in what was given; ``missing`` counts pairs given without
    a value.
    """

    origins: pd.Index
    destinations: pd.Index
    origin: np.ndarray
    destination: np.ndarray
    flow: np.ndarray
    x: np.ndarray
    names: list[str]
    place: np.ndarray
    missing: int

    def only(self, kept: np.ndarray) -> Sample:
        """Return the sample of the pairs marked in ``kept``."""
        if kept.all():
            return self
        pairs = {
            name: getattr(self, name)[kept] for name in ("origin", "destination", "flow", "place")
        }
        return replace(self, **pairs, x=self.x[:, kept])


def is_matrix(flows) -> bool:
    """Tell whether flows are given as a matrix rather than as a long frame."""
    return isinstance(flows, np.ndarray) or (
        isinstance(flows, pd.DataFrame) and not set(PAIR) <= set(flows.columns)
    )


def powers(covariates) -> dict:
    """Return how each covariate enters: ``log`` unless a mapping says ``linear``."""
    if isinstance(covariates, str):
        covariates = [covariates]
    given = covariates if isinstance(covariates, Mapping) else dict.fromkeys(covariates, "log")
    for name, power in given.items():
        if power not in POWERS:
            raise ValueError(
                f"covariate {name!r} enters as {power!r}: expected 'log' (a mass, with its "
                "elasticity) or 'linear' (a dummy and the like)"
            )
    return dict(given)


def from_frame(frame: pd.DataFrame, cost, decay: str, covariates: Mapping, within: bool) -> Sample:
    """Return the sample that a long frame holds."""
    wanted = [*PAIR, "value", *covariates] + ([cost] if isinstance(cost, str) else [])
    problems.columns(frame, wanted)
    problems.pairs_once(frame)
    value = problems.numbers(frame, "value")
    problems.flows(frame, value)
    sampled = ~np.isnan(value)
    missing = int((~sampled).sum())
    if not within:
        origin, destination = (frame[side].astype(object).to_numpy() for side in PAIR)
        sampled &= origin != destination
    place = np.flatnonzero(sampled)
    used = frame if sampled.all() else frame.iloc[place]
    names, x = explanatory(used, cost, decay, covariates)
    origin, origins = pd.factorize(used["origin"], sort=True)
    destination, destinations = pd.factorize(used["destination"], sort=True)
    return Sample(
        pd.Index(origins),
        pd.Index(destinations),
        origin.astype(np.int32),
        destination.astype(np.int32),
        value[place],
        x,
        names,
        place,
        missing,
    )


def explanatory(frame: pd.DataFrame, cost, decay: str, covariates: Mapping):
    """Return names and values of the explanatory variables of a frame of pairs, decay last."""
    lines = {
        name: _numbers(frame, name, frame[name], power == "log")
        for name, power in covariates.items()
    }
    if decay != "none":
        lines["decay"] = _numbers(frame, "cost", cost_of(frame, cost), decay == "power")
    return list(lines), np.array(list(lines.values())).reshape(len(lines), len(frame))


def cost_of(frame: pd.DataFrame, cost) -> np.ndarray:
    """Return the cost of each pair of a frame."""
    if isinstance(cost, str):
        return frame[cost]
    if isinstance(cost, pd.DataFrame):
        row = cost.index.get_indexer(frame["origin"])
        column = cost.columns.get_indexer(frame["destination"])
        values = cost.to_numpy(float)[row, column]
        return np.where((row < 0) | (column < 0), np.nan, values)
    if isinstance(cost, pd.Series) and cost.index.nlevels == 2:
        return cost.reindex(pd.MultiIndex.from_frame(frame[PAIR])).to_numpy(float)
    raise ValueError(
        "cost must be the name of a column of the flows, a frame of costs (index origins, columns "
        f"destinations) or a Series by (origin, destination), but it is {type(cost).__name__}"
    )


def _numbers(frame, name, values, log: bool) -> np.ndarray:
    numbers = pd.to_numeric(pd.Series(values), errors="coerce").to_numpy(float, na_value=np.nan)
    problems.explanatory(frame, name, numbers, log)
    return np.log(numbers) if log else numbers


def from_matrix(flows, cost, decay: str, covariates: Mapping, within: bool) -> Sample:
    """Return the sample that a matrix of flows holds; covariates are matrices."""
    values = np.asarray(flows, dtype=float)
    origins, destinations = labels(flows)
    sampled = ~np.isnan(values)
    missing = int(sampled.size - sampled.sum())
    if not within:
        same = destinations.get_indexer(origins)
        own = np.flatnonzero(same >= 0)
        missing -= int((~sampled[own, same[own]]).sum())
        sampled[own, same[own]] = False
    place = np.flatnonzero(sampled)
    del sampled
    origin = (place // values.shape[1]).astype(np.int32)
    destination = (place % values.shape[1]).astype(np.int32)
    named = _Pairs(origins, destinations, origin, destination)
    flow = values.ravel()[place]
    problems.flows(named, flow)
    given = dict(covariates)
    if decay != "none":
        given["decay"] = (cost, "log" if decay == "power" else "linear")
    x = np.empty((len(given), len(place)))
    for line, (name, matrix) in zip(x, given.items(), strict=True):
        matrix, power = matrix if isinstance(matrix, tuple) else (matrix, "log")
        powers({name: power})
        label = "cost" if name == "decay" else name
        line[:] = problems.same_shape(flows, matrix, label).ravel()[place]
        problems.explanatory(named, label, line, power == "log")
        if power == "log":
            np.log(line, out=line)
    return Sample(origins, destinations, origin, destination, flow, x, list(given), place, missing)


def labels(flows) -> tuple[pd.Index, pd.Index]:
    """Return the zones of the rows and of the columns of a matrix of flows."""
    if isinstance(flows, pd.DataFrame):
        return flows.index, flows.columns
    return pd.RangeIndex(flows.shape[0]), pd.RangeIndex(flows.shape[1])


@dataclass(frozen=True)
class _Pairs:
    """Names the pairs of a matrix as ``frame.iloc[rows]`` names those of a frame."""

    origins: pd.Index
    destinations: pd.Index
    origin: np.ndarray
    destination: np.ndarray

    @property
    def iloc(self) -> _Pairs:
        return self

    def __getitem__(self, rows) -> pd.DataFrame:
        return pd.DataFrame(
            {
                "origin": self.origins[self.origin[rows]],
                "destination": self.destinations[self.destination[rows]],
            }
        )

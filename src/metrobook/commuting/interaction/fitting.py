"""Fit: spatial interaction models by Poisson pseudo-maximum likelihood."""

from __future__ import annotations

from typing import Literal

import numpy as np
import pandas as pd

from metrobook.commuting.interaction import design, measures, problems
from metrobook.commuting.interaction.design import Sample
from metrobook.commuting.interaction.pairs import Pairs
from metrobook.commuting.interaction.parts import ONLY_ZEROS, SIDES, connected
from metrobook.commuting.interaction.result import InteractionResult
from metrobook.commuting.interaction.twoway import Totals, maximise, project

DECAYS = ("power", "exponential", "none")
EFFECTS = {
    "none": "between the pairs",
    "production": "between the destinations of an origin",
    "attraction": "between the origins of a destination",
    "doubly": "beyond the effects of origins and destinations within any connected part",
}


def fit(
    flows,
    cost=None,
    constraint: Literal["none", "production", "attraction", "doubly"] = "none",
    decay: Literal["power", "exponential", "none"] = "power",
    covariates=(),
    *,
    within: bool = False,
) -> InteractionResult:
    """Fit a spatial interaction model to flows by Poisson pseudo-maximum likelihood.

    The expected flow is ``exp(effects + covariates + decay)``. The effects are a constant, one for
    each origin (production-constrained: fitted flows meet the origins' totals), for each
    destination (attraction-constrained), or both (doubly constrained). Estimates are consistent if
    that mean is right, whatever the distribution of the flows; they need no logarithm of a flow,
    so that zeros stay in.

    Parameters
    ----------
    flows : Flows, pandas.DataFrame or numpy.ndarray
        Long: ``origin``, ``destination``, ``value`` in persons, one row for each pair of the
        sample; pairs that are not there are not in the sample. Wide: a matrix with origins as rows
        and destinations as columns. Missing values are not in the sample and are counted.
    cost : str, pandas.DataFrame, pandas.Series or numpy.ndarray
        Long: a column of the flows, a frame of costs (index origins, columns destinations) or a
        Series by (origin, destination). Wide: a matrix of the shape of the flows.
    constraint : {"none", "production", "attraction", "doubly"}
        What the fitted flows must reproduce.
    decay : {"power", "exponential", "none"}
        Flows go with ``cost ** decay``, with ``exp(decay * cost)``, or do not depend on cost.
    covariates : iterable of str, or mapping
        Long: columns of the flows. They are masses and enter as powers, in logarithm; a mapping
        name → ``"log"`` or ``"linear"`` lets dummies and the like enter as they are. Wide: a
        mapping name → matrix (entering in logarithm) or (matrix, ``"linear"``).
    within : bool
        Keep pairs that stay within a zone.

    Returns
    -------
    InteractionResult

    Raises
    ------
    ValueError
        If flows, cost or covariates are not what is described above, if a coefficient is not
        identified or has no finite estimate (separation), or if the solver does not converge.

    Notes
    -----
    Zones with nothing but zeros have an effect of minus infinity. They are left out, reported in
    ``dropped``, and have fitted flows of 0; likewise, in a doubly constrained model, zeros that
    the effects alone can separate from the positive flows (Correia, Guimarães & Zylkin 2019).
    A doubly constrained table may fall into parts that no pair connects: each has a normalisation
    of its own and is listed in ``parts``.

    References
    ----------
    Wilson 1971; Flowerdew & Aitkin 1982; Santos Silva & Tenreyro 2006; Oshan 2016.

    Examples
    --------
    >>> flows = pd.DataFrame({"origin": list("AABBCC"), "destination": list("BCACAB"),
    ...                       "value": [40.0, 10, 40, 20, 10, 20], "km": [1.0, 4, 1, 2, 4, 2]})
    >>> fit(flows, "km", constraint="production", decay="power").params.round(3).to_dict()
    {'decay': -1.0}
    """
    _known("constraint", constraint, SIDES)
    _known("decay", decay, DECAYS)
    flows = getattr(flows, "frame", flows)
    wide = design.is_matrix(flows)
    read = design.from_matrix if wide else design.from_frame
    covariates = covariates if wide and covariates else design.powers(covariates)
    sample = read(flows, cost, decay, covariates, within)
    problems.flows(None, sample.flow)
    used, parts, dropped = connected(sample, constraint)
    result = estimate(used, constraint, parts)
    fitted = np.zeros(len(sample.flow))
    fitted[np.isin(sample.place, used.place, assume_unique=True)] = result.pop("fitted")
    for side in ("origin", "destination"):
        _add_dropped(result, side, dropped)
    return InteractionResult(
        **result,
        constraint=constraint,
        decay=decay,
        cost=cost if isinstance(cost, str) else None,
        covariates=dict.fromkeys(covariates) if wide else covariates,
        n_missing=sample.missing,
        cpc=measures.common_part(sample.flow, fitted),
        srmse=measures.srmse(sample.flow, fitted),
        fitted=_as_given(flows, sample, fitted),
        parts=parts,
        dropped=dropped,
    )


def _add_dropped(result: dict, side: str, dropped: pd.DataFrame) -> None:
    zones = dropped.loc[dropped["reason"] == ONLY_ZEROS, side].dropna()
    effects = result[f"{side}_effects"]
    if effects is not None and len(zones):
        result[f"{side}_effects"] = pd.concat([effects, pd.Series(-np.inf, zones.tolist())])


def _known(name, value, choices) -> None:
    if value not in choices:
        raise ValueError(f"{name} must be one of {', '.join(choices)}, but it is {value!r}")


def estimate(sample: Sample, constraint: str, parts: pd.DataFrame) -> dict:
    """Return what the likelihood says of a sample in which every constrained zone has a flow."""
    origins, destinations = (
        compact(sample.origin, sample.origins),
        compact(sample.destination, sample.destinations),
    )
    single = np.zeros(len(sample.flow), dtype=np.int32), pd.Index([""])
    first, zones = {"none": single, "attraction": destinations}.get(constraint, origins)
    second, columns = destinations if constraint == "doubly" else (None, None)
    centre, scale = sample.x.mean(axis=1), sample.x.std(axis=1)
    scale[scale <= 1e-12 * np.abs(centre)] = 1.0
    pairs = Pairs(first, second, (sample.x - centre[:, None]) / scale[:, None])
    flow = pairs.arrange(sample.flow)
    totals = Totals(
        np.bincount(first, sample.flow),
        None if second is None else np.bincount(second, sample.flow),
        pairs.x @ flow,
    )
    start = None if second is None else np.log(totals.columns)
    pairs.share_out(np.zeros(len(pairs.x)), start, totals.rows)
    _identified(pairs, totals, sample.names, constraint)
    smallest = sample.flow[sample.flow > 0].min()
    optimum = maximise(pairs, totals, smallest)
    fitted, projection = pairs.restore(pairs.mu), project(pairs, totals.rows)
    bread, meat, reach = _crossed(pairs, flow, projection)
    _reached(optimum, np.diag(bread) < 1e-6 * smallest * reach, sample, fitted)
    theta = optimum.theta / scale
    effects = _effects(optimum, theta @ centre, zones, columns, parts)
    n_effects = len(zones) + (0 if columns is None else len(columns) - parts["part"].nunique())
    names, params, back = sample.names, theta, np.diag(1 / scale)
    if constraint == "none":
        names, params = ["const", *names], np.concatenate([effects[0], theta])
        bread, meat, _ = _crossed(pairs, flow, projection, constant=True)
        level = -(projection[0][:, 0] + centre / scale)
        back = np.block([[np.ones((1, 1)), level[None, :]], [np.zeros((len(theta), 1)), back]])
    inverse = np.linalg.inv(bread)
    llf = measures.poisson_llf(sample.flow, fitted)
    llf_null = measures.poisson_llf(sample.flow, np.full(len(fitted), sample.flow.mean()))
    return {
        "params": pd.Series(params, names),
        "cov": pd.DataFrame(back @ inverse @ back.T, names, names),
        "cov_robust": pd.DataFrame(back @ inverse @ meat @ inverse @ back.T, names, names),
        "n_pairs": len(fitted),
        "n_origins": len(origins[1]),
        "n_destinations": len(destinations[1]),
        "deviance": measures.poisson_deviance(sample.flow, fitted),
        "llf": llf,
        "aic": 2 * (n_effects + len(theta)) - 2 * llf,
        "mcfadden_r2": measures.mcfadden_r2(llf, llf_null),
        "origin_effects": effects[0] if constraint in ("production", "doubly") else None,
        "destination_effects": effects[0] if constraint == "attraction" else effects[1],
        "iterations": optimum.iterations,
        "fitted": fitted,
    }


def _reached(optimum, vanished, sample: Sample, fitted) -> None:
    """Raise if there is no maximum, or information on a variable rests on flows next to 0."""
    if optimum.diverges or vanished.any():
        moving = optimum.step if optimum.diverges else vanished
        raise problems.separation(sample, sample.names, moving, fitted)
    if not optimum.converged:
        raise ValueError(
            f"the likelihood has not converged after {optimum.iterations} steps; the coefficients "
            f"{', '.join(sample.names)} still move by {optimum.step}. Costs over a very wide range "
            "are the usual cause: check their units, or try the other form of decay"
        )


def compact(code: np.ndarray, zones: pd.Index) -> tuple[np.ndarray, pd.Index]:
    """Return codes without gaps, and the zones they stand for."""
    present = np.bincount(code, minlength=len(zones)) > 0
    if present.all():
        return code, zones
    return (np.cumsum(present, dtype=np.int32) - 1)[code], zones[present]


def _identified(pairs, totals, names, constraint) -> None:
    if not names:
        return
    bread, *_ = _crossed(pairs, pairs.mu, project(pairs, totals.rows))
    by_row, _, cross = pairs.moments()
    mean = by_row.sum(axis=1) / totals.rows.sum()
    spread = np.diag(cross) - mean**2 * totals.rows.sum()
    problems.identified(names, EFFECTS[constraint], bread, np.maximum(spread, np.diag(bread)))


def _crossed(pairs: Pairs, flow, projection, constant=False) -> tuple[np.ndarray, ...]:
    """Return cross products of ``x`` less its projection, and the largest square of each line.

    They are weighted by the expected flow (the information) and by the squared error (the middle
    of the sandwich). Taking the effects out leaves the coefficients' block of the inverse as it is.
    """

    def work(block):
        x = pairs.x[:, block.pairs].copy()
        for k, line in enumerate(x):
            line -= pairs.spread(block, *(None if side is None else side[k] for side in projection))
        if constant:
            x = np.vstack([np.ones(x.shape[1]), x])
        mu = pairs.mu[block.pairs]
        return (mu * x) @ x.T, ((flow[block.pairs] - mu) ** 2 * x) @ x.T, (x**2).max(axis=1)

    bread, meat, reach = zip(*pairs.each(work), strict=True)
    return sum(bread), sum(meat), np.max(reach, axis=0)


def _effects(optimum, at_zero, zones, columns, parts):
    """Return the effects; in each part the first destination is the reference, at 0."""
    a = pd.Series(optimum.a - at_zero, zones)
    if columns is None:
        return a, None
    b = pd.Series(optimum.b, columns)
    part = {side: rows.set_index("zone")["part"] for side, rows in parts.groupby("side")}
    reference = b.groupby(part["destination"]).first()
    a += part["origin"].loc[zones].map(reference)
    b -= part["destination"].loc[columns].map(reference)
    return a, b


def _as_given(flows, sample: Sample, fitted: np.ndarray):
    if not design.is_matrix(flows):
        return pd.Series(fitted, flows.index[sample.place], name="fitted")
    values = np.full(flows.size, np.nan)
    values[sample.place] = fitted
    values = values.reshape(flows.shape)
    if isinstance(flows, pd.DataFrame):
        return pd.DataFrame(values, flows.index, flows.columns)
    return values

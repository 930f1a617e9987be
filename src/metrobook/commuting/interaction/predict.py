"""Prediction: flows of other pairs, years or zones from an estimated decay."""

from __future__ import annotations

import numpy as np
import pandas as pd

from metrobook.commuting.interaction import design, problems
from metrobook.commuting.interaction.pairs import Pairs
from metrobook.commuting.interaction.twoway import Totals, maximise


def predict(result, pairs, origin_totals, destination_totals, cost) -> pd.Series:
    """Return expected flows; documented at ``InteractionResult.predict``."""
    cost = result.cost if cost is None else cost
    if None in result.covariates.values():
        raise ValueError(
            "this model has covariates given as matrices; fit it on a long frame to predict"
        )
    named = [cost] if isinstance(cost, str) and result.decay != "none" else []
    problems.columns(pairs, ["origin", "destination", *result.covariates, *named])
    problems.pairs_once(pairs)
    names, x = design.explanatory(pairs, cost, result.decay, result.covariates)
    eta = result.params.get("const", 0.0) + result.params[names].to_numpy() @ x
    given = {"origin": origin_totals, "destination": destination_totals}
    effects = {"origin": result.origin_effects, "destination": result.destination_effects}
    for side, totals in given.items():
        if totals is not None:
            _check_totals(side, totals)
        elif effects[side] is not None:
            eta = eta + _values(pairs, side, effects[side], f"{side} effect", f"{side}_totals")
    flow = _balanced(pairs, eta, {k: v for k, v in given.items() if v is not None})
    return pd.Series(flow, pairs.index, name="predicted")


def _values(pairs, side, by_zone, what, remedy) -> np.ndarray:
    values = by_zone.reindex(pairs[side]).to_numpy(float)
    unknown = np.isnan(values)
    if unknown.any():
        zones = pairs.loc[unknown, side].unique()
        raise ValueError(
            f"{problems.listed(zones)}: no {what} is known for these zones; give {remedy} for all "
            "zones of the pairs"
        )
    return values


def _balanced(pairs, eta, given) -> np.ndarray:
    """Return flows in proportion to ``exp(eta)`` that meet the totals given."""
    if not given:
        return np.exp(eta)
    possible = eta > -np.inf
    for side, totals in given.items():
        possible &= _values(pairs, side, totals, f"{side} total", f"{side}_totals") > 0
    if len(given) == 2:
        sums = [float(totals.sum()) for totals in given.values()]
        if not np.isclose(*sums, rtol=1e-9):
            raise ValueError(
                f"origin totals sum to {sums[0]:,.10g} and destination totals to {sums[1]:,.10g}; "
                "both must count the same persons"
            )
    flow = np.zeros(len(pairs))
    if possible.any():
        flow[possible] = _share(pairs[possible], eta[possible], given)
    for side, totals in given.items():
        met = pd.Series(flow).groupby(pairs[side].to_numpy()).sum().reindex(totals.index).fillna(0)
        missed = ~np.isclose(met, totals, rtol=1e-6)
        if missed.any():
            raise ValueError(
                f"{problems.listed(totals.index[missed])}: the {side} totals cannot be met on "
                "these pairs; add pairs, or check the totals"
            )
    return flow


def _share(pairs, eta, given) -> np.ndarray:
    codes = {side: pd.factorize(pairs[side]) for side in given}
    totals = [given[side].reindex(zones).to_numpy(float) for side, (_, zones) in codes.items()]
    first, second = (*(code for code, _ in codes.values()), None)[:2]
    rows, columns = (*totals, None)[:2]
    table = Pairs(first, second, np.empty((0, len(pairs))), eta)
    maximise(table, Totals(rows, columns, np.empty(0)), rows.min())
    return table.restore(table.mu)


def _check_totals(side, totals) -> None:
    if not isinstance(totals, pd.Series) or not totals.index.is_unique:
        raise ValueError(f"{side} totals must be a Series with one value for each zone")
    wrong = ~(np.isfinite(totals) & (totals >= 0))
    if wrong.any():
        raise ValueError(
            f"{side} totals of {problems.listed(totals.index[wrong])}: expected numbers of 0 or "
            "more"
        )

"""Time the labour market areas against the same algorithm written with pandas tables.

The alternative adds the flows up by cluster anew in every step, as one would from the description
of the method, with pandas alone; both must find the same areas. It is run in full on 300 zones; on
3,000 its first steps are timed and scaled up to ten times the number of steps that 300 zones need.
The zones are synthetic: points on a square, more commuters to near and large ones. Run ``python
benchmarks/areas.py``; it prints the rows for ``docs/benchmarks.md``.
"""

from __future__ import annotations

import os
import time

import numpy as np
import pandas as pd
from scipy.spatial import KDTree

from metrobook.commuting.areas import delineate_lma, validity

AIMS = (1000, 0.6667, 10000, 0.75)
NEAR, TIMED = 67, 50
"""Destinations of a zone; steps of the alternative that are timed on the large table."""


def synthetic(zones: int) -> pd.DataFrame:
    """Return commuters between zones of no real place."""
    random = np.random.default_rng(0)
    place = random.uniform(0, np.sqrt(zones), (zones, 2))
    residents = random.lognormal(7.5, 1.1, zones).round() + 50
    jobs = residents * random.lognormal(0, 0.5, zones)
    distance, near = KDTree(place).query(place, NEAR)
    pull = jobs[near] * np.exp(-distance)
    pull[:, 0] *= 2 * random.lognormal(0, 0.5, zones)
    value = np.round(residents[:, None] * pull / pull.sum(axis=1, keepdims=True))
    value[:, 0] = np.maximum(value[:, 0], 1)
    names = np.array([f"synthetic {zone:05d}" for zone in range(zones)])
    flows = pd.DataFrame(
        {"origin": names.repeat(NEAR), "destination": names[near.ravel()], "value": value.ravel()}
    )
    return flows[flows["value"] > 0]


def step_by_step(flows: pd.DataFrame, steps: int | None = None) -> tuple[pd.Series, int]:
    """Return the area of each zone, and how many zones were moved, with tables made anew."""
    zones = pd.Index(sorted(flows["origin"].unique()))
    cluster = pd.Series(zones, zones)
    live, work = flows.groupby("origin")["value"].sum(), flows.groupby("destination")["value"].sum()
    work = work.reindex(zones, fill_value=0)
    own = flows[flows["origin"] == flows["destination"]].set_index("origin")["value"]
    both = pd.concat(
        [flows.rename(columns={"origin": "zone", "destination": "other", "value": "sent"}),
         flows.rename(columns={"destination": "zone", "origin": "other", "value": "received"})]
    )  # fmt: skip
    both = both[both["zone"] != both["other"]].fillna(0)
    by_zone = dict(tuple(both.groupby("zone")))
    moved, reserved = 0, []

    def sizes() -> pd.DataFrame:
        stays = flows["origin"].map(cluster) == flows["destination"].map(cluster)
        return pd.DataFrame(
            {
                "live": live.groupby(cluster).sum(),
                "work": work.groupby(cluster).sum(),
                "within": flows["value"]
                .where(stays, 0)
                .groupby(flows["origin"].map(cluster))
                .sum(),
            }
        )

    def strongest(zone: str, table: pd.DataFrame, without: str | None = None) -> str | None:
        ties = by_zone.get(zone, both.iloc[:0])
        ties = ties.groupby(ties["other"].map(cluster))[["sent", "received"]].sum()
        ties = ties.drop(index=[without], errors="ignore").join(table)
        tie = (ties["sent"] ** 2 / (live[zone] * ties["work"])).fillna(0) + (
            ties["received"] ** 2 / (ties["live"] * work[zone])
        ).fillna(0)
        ties = ties.assign(tie=tie)[tie > 0].sort_index()
        best = ties.sort_values(["tie", "live"], ascending=False, kind="stable")
        return None if best.empty else best.index[0]

    while steps is None or moved < steps:
        table = sizes()
        table["validity"] = validity(table["live"], table["work"], table["within"], *AIMS)
        table = table.sort_index().sort_values(["validity", "live"], kind="stable")
        weakest = table.index[0]
        if table["validity"].iloc[0] >= 1 - 1e-12:
            break
        members = sorted(cluster.index[cluster == weakest])
        bonds = pd.DataFrame({"live": live[members]})
        for zone in members:
            ties = by_zone.get(zone, both.iloc[:0])
            tied = ties[ties["other"].map(cluster) == weakest][["sent", "received"]].sum().sum()
            bonds.loc[zone, "kept"] = tied / max(live[zone] + work[zone] - 2 * own[zone], 1e-9)
        zone = bonds.sort_values(["kept", "live"], kind="stable").index[0]
        cluster[zone] = None
        joins = strongest(zone, sizes(), weakest)
        if joins is not None:
            cluster[zone] = joins
            grown = sizes().loc[joins]
            gain = validity(grown["live"], grown["work"], grown["within"], *AIMS)
            if gain <= table.loc[joins, "validity"]:
                cluster[zone] = joins = None
        reserved += [zone] if joins is None else []
        moved += 1
    table = sizes()
    cluster.update(pd.Series({zone: strongest(zone, table) for zone in reserved}, dtype=object))
    return cluster, moved


def timed(function, *arguments):
    start = time.perf_counter()
    result = function(*arguments)
    return time.perf_counter() - start, result


def main() -> None:
    flows = synthetic(300)
    fast, areas = timed(delineate_lma, flows, *AIMS)
    slow, (cluster, moves) = timed(step_by_step, flows)
    ours = {frozenset(group) for _, group in areas.groupby("area")["zone"]}
    theirs = {frozenset(group.index) for _, group in cluster.groupby(cluster)}
    print(f"  {len(ours)} and {len(theirs)} areas, the same: {ours == theirs}; {moves} steps")
    row = "| {} cores | {:,} zones, {:,} flows | {:.1f} s | {:.0f} s | {:.3f} |"
    print(row.format(os.cpu_count(), 300, len(flows), fast, slow, fast / slow))
    flows = synthetic(3000)
    fast, _ = timed(delineate_lma, flows, *AIMS)
    slow, (_, steps) = timed(step_by_step, flows, TIMED)
    slow *= 10 * moves / steps
    print(row.format(os.cpu_count(), 3000, len(flows), fast, slow, fast / slow))


if __name__ == "__main__":
    main()

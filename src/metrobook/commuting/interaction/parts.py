"""Parts: which pairs can have a flow under a constraint, and how a table falls apart."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy import sparse
from scipy.sparse.csgraph import connected_components

from metrobook.commuting.interaction.design import Sample

ONLY_ZEROS = "only zeros"
NO_PAIR = "no pair in the sample"
ONE_WAY = "zero between zones that no positive flow connects both ways"
SIDES = {
    "none": [],
    "production": ["origin"],
    "attraction": ["destination"],
    "doubly": ["origin", "destination"],
}


def connected(sample: Sample, constraint: str) -> tuple[Sample, pd.DataFrame, pd.DataFrame]:
    """Return the pairs that can have a flow, the parts of the table, and what was dropped."""
    kept = np.ones(len(sample.flow), dtype=bool)
    dropped = []
    for side in SIDES[constraint]:
        code, zones = getattr(sample, side), getattr(sample, f"{side}s")
        pairs = np.bincount(code, minlength=len(zones))
        total = np.bincount(code, sample.flow, len(zones))
        kept &= total[code] > 0
        for zone in np.flatnonzero(total == 0):
            dropped.append({side: zones[zone], "reason": ONLY_ZEROS if pairs[zone] else NO_PAIR})
    parts = pd.DataFrame({"zone": [], "side": [], "part": []})
    if constraint == "doubly":
        able, *of_side = possible(sample.origin, sample.destination, sample.flow)
        for pair in np.flatnonzero(kept & ~able):
            origin = sample.origins[sample.origin[pair]]
            destination = sample.destinations[sample.destination[pair]]
            dropped.append({"origin": origin, "destination": destination, "reason": ONE_WAY})
        kept &= able
        parts = _list_parts(sample, kept, of_side)
    columns = ["origin", "destination", "reason"]
    return sample.only(kept), parts, pd.DataFrame(dropped, columns=columns)


def _list_parts(sample: Sample, kept, of_side) -> pd.DataFrame:
    frames = []
    for side, part in zip(SIDES["doubly"], of_side, strict=True):
        present = np.unique(getattr(sample, side)[kept])
        zones = getattr(sample, f"{side}s")[present]
        frames.append(pd.DataFrame({"zone": zones, "side": side, "part": part[present]}))
    parts = pd.concat(frames, ignore_index=True)
    return parts.assign(part=pd.factorize(parts["part"])[0] + 1)


def possible(origin, destination, flow) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return which pairs can have a fitted flow above zero in a doubly constrained model.

    Effects of origins and destinations alone separate a zero from the positive flows if they can
    drive it to nothing and leave all positive flows as they are. That is so exactly if the pair
    leads from one strong component to another in the graph where positive flows connect both ways
    and zeros from origin to destination only (Correia, Guimarães & Zylkin 2019 give the general
    criterion). An origin or destination with nothing but zeros is the simplest case.

    Returns
    -------
    possible, part_of_origin, part_of_destination : numpy.ndarray
        Codes of the parts into which the remaining pairs fall.
    """
    n, m = int(origin.max()) + 1, int(destination.max()) + 1
    positive = flow > 0
    count, part = connected_components(
        _graph(origin[positive], destination[positive] + n, n + m), directed=False
    )
    bridging = part[origin] != part[destination + n]
    if bridging.any():
        condensed = _graph(part[origin[bridging]], part[destination[bridging] + n], count)
        merged = connected_components(condensed, directed=True, connection="strong")[1]
        part = merged[part]
        return part[origin] == part[destination + n], part[:n], part[n:]
    return np.ones(len(flow), dtype=bool), part[:n], part[n:]


def _graph(start, end, size) -> sparse.csr_array:
    return sparse.csr_array((np.ones(len(start), dtype=np.int8), (start, end)), (size, size))

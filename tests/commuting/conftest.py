"""Flows that several tests read: a small table, and synthetic ones made from the gravity model.

No figures of any place.
"""

import numpy as np
import pandas as pd
import pytest

from metrobook.commuting.flows import Flows
from metrobook.commuting.transfer import gravity_pairs, predict

ZONES = ["A", "B", "C"]
ROWS = [
    ("A", "A", 500), ("A", "B", 20), ("A", "X", 5),
    ("B", "A", 60), ("B", "C", 40), ("B", "B", 300),
    ("C", "A", 90), ("C", "B", None), ("C", "X", 10),
]  # fmt: skip


def table(rows, **columns):
    frame = pd.DataFrame(rows, columns=["origin", "destination", "value"])
    return frame.astype({"value": float}).assign(**columns)


@pytest.fixture
def flows():
    """Three zones around A; nobody was seen on the way from C to B; X lies outside."""
    return Flows(table(ROWS), ZONES, outside=["X"])


TRUTH = pd.Series({"const": -7.0, "population": 0.8, "attraction": 0.6, "decay": -1.5})


def synthetic_pairs(zones=9, seed=1, year=2001):
    random = np.random.default_rng(seed)
    names = [f"Z{i}" for i in range(zones)]
    x, y = random.uniform(0, 60, (2, zones))
    apart = np.hypot(x[:, None] - x, y[:, None] - y)
    people = pd.Series(random.lognormal(13, 0.6, zones), names)
    jobs = pd.Series(random.lognormal(12, 0.9, zones), names)
    return gravity_pairs(people, jobs, pd.DataFrame(apart, names, names)).assign(year=year)


def exact_flows(pairs, params=TRUTH):
    value = predict(params, pairs)
    return pairs[["origin", "destination", "year"]].assign(value=value)


@pytest.fixture
def two_years():
    pairs = pd.concat(
        [synthetic_pairs(year=2001), synthetic_pairs(seed=2, year=2005)], ignore_index=True
    )
    return exact_flows(pairs), pairs

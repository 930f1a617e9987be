"""Migration between nine Austrian regions, and tables drawn at random (synthetic)."""

import numpy as np
import pandas as pd
import pytest

# Flows from row to column, and distances: Oshan 2016, "A primer for working with the Spatial
# Interaction modeling (SpInt) module in the Python Spatial Analysis Library (PySAL)", REGION 3(2).
REGIONS = ["AT11", "AT12", "AT13", "AT21", "AT22", "AT31", "AT32", "AT33", "AT34"]
FLOWS = """
0 1131 1887 69 738 98 31 43 19
1633 0 14055 416 1276 1850 388 303 159
2301 20164 0 1080 1831 1943 742 674 407
85 379 1597 0 1608 328 317 469 114
762 1110 2973 1252 0 1081 622 425 262
196 2027 3498 346 1332 0 2144 821 274
49 378 1349 310 851 2117 0 630 106
87 424 978 490 670 577 546 0 569
33 128 643 154 328 199 112 587 0
"""
DISTANCES = """
103.001845
84.204666 45.796272
220.811933 216.994739 249.932874
132.00748 129.878172 158.630661 92.407958
214.511814 140.706671 186.420738 151.777157 124.563096
246.933305 201.232355 244.108305 92.894408 122.433524 81.753652
390.85611 343.50075 387.61776 194.851669 261.893783 208.456383 145.076472
505.089539 453.515594 498.407152 306.105825 376.34667 314.793199 258.591197 114.46325
"""


@pytest.fixture
def austria():
    """72 pairs with flow, distance and, as masses, the sums of each region's flows."""
    matrix = np.array([line.split() for line in FLOWS.split("\n") if line], dtype=float)
    km = np.zeros((9, 9))
    km[np.tril_indices(9, -1)] = DISTANCES.split()
    km += km.T
    row, column = np.nonzero(~np.eye(9, dtype=bool))
    return pd.DataFrame(
        {
            "origin": np.array(REGIONS)[row],
            "destination": np.array(REGIONS)[column],
            "value": matrix[row, column],
            "Oi": matrix.sum(axis=1)[row],
            "Dj": matrix.sum(axis=0)[column],
            "Dij": km[row, column],
        }
    )


@pytest.fixture
def random_table():
    """The function that draws a synthetic table."""
    return draw


def draw(seed, n=8, m=9, share=1.0, mean=6.0):
    """Return a synthetic frame of flows with cost, a mass and a dummy; zeros stay in."""
    rng = np.random.default_rng(seed)
    row, column = np.nonzero(rng.random((n, m)) < share)
    cost = rng.uniform(1, 20, len(row))
    mass = rng.lognormal(0, 0.5, len(row))
    border = rng.random(len(row)) < 0.4
    effects = rng.normal(0, 0.7, n)[row] + rng.normal(0, 0.7, m)[column]
    expected = mean * np.exp(effects - 0.1 * cost + 0.5 * np.log(mass) + 0.3 * border)
    return pd.DataFrame(
        {
            "origin": [f"o{code}" for code in row],
            "destination": [f"d{code}" for code in column],
            "value": rng.poisson(expected).astype(float),
            "cost": cost,
            "mass": mass,
            "border": border.astype(float),
        }
    )

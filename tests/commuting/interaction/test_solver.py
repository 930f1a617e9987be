"""Solver: the same sums in every form of table, and convergence where peers fail."""

import numpy as np
import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from metrobook.commuting.interaction import pairs as pairs_module
from metrobook.commuting.interaction.pairs import Pairs
from metrobook.commuting.interaction.twoway import Totals, maximise, project, solve_laplacian


def drawn(seed, n, m, share):
    """Return pairs in which every row and column occurs, standardised x and positive flows."""
    rng = np.random.default_rng(seed)
    kept = rng.random((n, m)) < share
    kept[np.arange(max(n, m)) % n, np.arange(max(n, m)) % m] = True
    row, column = (side.astype(np.int32) for side in np.nonzero(kept))
    x = rng.normal(size=(2, len(row)))
    return row, column, x, rng.poisson(5 * np.exp(x[0] / 2)) + 1.0


@pytest.mark.parametrize("share", [0.1, 0.9])
def test_blocks_change_no_sum(monkeypatch, share):
    row, column, x, flow = drawn(1, 30, 20, share)
    sums = []
    for block in (1 << 20, 40):
        monkeypatch.setattr(pairs_module, "BLOCK", block)
        table = Pairs(row, column, x)
        table.share_out(np.array([0.3, -0.2]), np.zeros(20), np.bincount(row, flow))
        sums.append([*table.moments(), table.times(np.ones(20)), table.transposed(np.ones(30))])
        assert (len(table.blocks) > 1) == (block == 40)
    for one, other in zip(*sums, strict=True):
        assert one == pytest.approx(other, rel=1e-12)


@pytest.mark.parametrize("share", [0.1, 0.9])
def test_values_by_pair_come_back_in_their_order(share):
    row, column, x, flow = drawn(2, 30, 20, share)
    mixed = np.random.default_rng(0).permutation(len(row))
    table = Pairs(row[mixed], column[mixed], x[:, mixed])
    assert (table.restore(table.arrange(flow)) == flow).all()


@settings(max_examples=30)
@given(
    seed=st.integers(0, 10_000),
    n=st.integers(2, 12),
    m=st.integers(2, 12),
    share=st.floats(0.1, 1),
)
@example(seed=2147, n=10, m=10, share=0.1171875)  # two variables that hardly differ beyond effects
def test_the_maximum_meets_all_its_totals(seed, n, m, share):
    row, column, x, flow = drawn(seed, n, m, share)
    effects = np.vstack([np.eye(n)[row].T, np.eye(m)[column].T])
    assume(np.linalg.matrix_rank(np.vstack([effects, x])) == np.linalg.matrix_rank(effects) + 2)
    totals = Totals(np.bincount(row, flow), np.bincount(column, flow), x @ flow)
    table = Pairs(row, column, x)
    optimum = maximise(table, totals, flow.min())
    mu = table.restore(table.mu)
    assert optimum.converged
    assert np.bincount(row, mu) == pytest.approx(totals.rows, rel=1e-9)
    assert np.bincount(column, mu) == pytest.approx(totals.columns, rel=1e-7)
    assert x @ mu == pytest.approx(totals.x, abs=1e-6 * flow.sum())


def test_the_projection_leaves_nothing_to_explain_by_row_or_column():
    row, column, x, flow = drawn(3, 40, 30, 0.15)
    table = Pairs(row, column, x)
    totals = np.bincount(row, flow)
    table.share_out(np.array([0.5, 0.1]), np.zeros(30), totals)
    by_row, by_column = project(table, totals)
    left = table.restore(table.mu) * (x - by_row[:, row] - by_column[:, column])
    for line in left:
        assert np.bincount(row, line) == pytest.approx(0, abs=1e-6)
        assert np.bincount(column, line) == pytest.approx(0, abs=1e-6)


def chain(n):
    """Return a table in which origin k reaches destinations k and k + 1 only, and back: slow to
    balance, since a change passes from zone to zone."""
    row = np.repeat(np.arange(n, dtype=np.int32), 3)
    column = np.clip(row + np.tile([-1, 0, 1], n), 0, n - 1).astype(np.int32)
    kept = np.concatenate([[True], (np.diff(row * n + column) != 0)])
    return row[kept], column[kept]


def test_a_chain_of_zones_converges():
    n = 400
    row, column = chain(n)
    rng = np.random.default_rng(5)
    x = rng.normal(size=(1, len(row)))
    flow = rng.poisson(20 * np.exp(0.4 * x[0] + 2 * np.sin(row / 40))) + 1.0
    table = Pairs(row, column, x)
    totals = Totals(np.bincount(row, flow), np.bincount(column, flow), x @ flow)
    optimum = maximise(table, totals, flow.min())
    assert optimum.converged
    assert x @ table.restore(table.mu) == pytest.approx(totals.x, rel=1e-9)
    assert table.transposed(np.ones(n)) == pytest.approx(totals.columns, rel=1e-7)


def test_the_laplacian_is_solved_in_each_part_of_a_table():
    row = np.array([0, 0, 1, 1, 2, 2, 3, 3], dtype=np.int32)
    column = np.array([0, 1, 0, 1, 2, 3, 2, 3], dtype=np.int32)
    table = Pairs(row, column, np.zeros((0, 8)))
    totals = np.array([3.0, 5.0, 2.0, 8.0])
    table.share_out(np.zeros(0), np.array([0.1, 0.4, 0.0, 0.2]), totals)
    sums = table.transposed(np.ones(4))
    right = np.array([[1.0, -1.0, 2.0, -2.0]])
    found = solve_laplacian(table, totals, sums, right, np.zeros((1, 4)), 1e-12)[0]
    back = sums * found - table.transposed(table.times(found) / totals)
    assert back == pytest.approx(right[0], abs=1e-10)


def test_a_start_far_from_the_maximum_converges():
    row, column, x, _ = drawn(8, 25, 25, 1.0)
    flow = np.round(1e7 * np.exp(-6 * x[0] + 3 * x[1] + 4 * np.sin(row)))
    row_sums, column_sums = np.bincount(row, flow), np.bincount(column, flow)
    table = Pairs(row, column, x)
    optimum = maximise(table, Totals(row_sums, column_sums, x @ flow), 1.0)
    assert optimum.converged
    assert optimum.theta == pytest.approx([-6, 3], abs=1e-3)

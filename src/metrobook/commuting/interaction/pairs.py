"""Pairs of zones and the expected flows between them, summed in blocks of rows."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

import numpy as np
from scipy import sparse

BLOCK = 1 << 20  # pairs handled at once: bounds the memory of intermediate results
DENSE = 0.25  # from this share of all possible pairs on, a table is kept as a full grid


class Block(NamedTuple):
    """The pairs of consecutive rows; ``expected`` views flows off the grid as a matrix."""

    pairs: slice
    rows: slice
    starts: np.ndarray
    sizes: np.ndarray
    expected: sparse.csr_array | None
    transposed: sparse.csc_array | None


class Pairs:
    """Expected flows ``mu = exp(a_row + b_column + theta'x + offset)`` on a fixed set of pairs.

    Every row holds a pair at least. Without ``column`` there are row effects only. Blocks do not
    depend on the number of processors, so that sums are taken in the same order everywhere.

    Parameters
    ----------
    row, column : numpy.ndarray
        Codes of each pair, from 0 on; ``column`` may be ``None``.
    x : numpy.ndarray
        Explanatory variables, one line for each.
    offset : numpy.ndarray, optional
        Known part of the logarithm of the flow.
    """

    def __init__(self, row, column, x, offset=None):
        self.n_rows = int(row.max()) + 1
        self.n_columns = 0 if column is None else int(column.max()) + 1
        cells = self.n_rows * self.n_columns
        self.grid = cells > 0 and len(row) >= DENSE * cells
        if self.grid:
            self.place = row.astype(np.intp) * self.n_columns + column
            self.absent = np.ones(cells, dtype=bool)
            self.absent[self.place] = False
            sizes, self.columns = np.full(self.n_rows, self.n_columns), None
        else:
            ordered = bool((row[1:] >= row[:-1]).all())
            self.order = slice(None) if ordered else np.argsort(row, kind="stable")
            sizes = np.bincount(row)
            self.columns = None if column is None else column[self.order]
        self.ends = np.concatenate([[0], np.cumsum(sizes)])
        self.x = np.array([self.arrange(values) for values in x]).reshape(len(x), self.ends[-1])
        self.offset = None if offset is None else self.arrange(offset)
        self.mu = np.empty(self.ends[-1])
        self.blocks = list(self._cut(sizes))

    def arrange(self, values) -> np.ndarray:
        """Return values given by pair in the order of ``mu``; 0 where there is no pair."""
        if not self.grid:
            return values[self.order]
        full = np.zeros(self.ends[-1])
        full[self.place] = values
        return full

    def restore(self, values) -> np.ndarray:
        """Return values in the order of ``mu`` as they were given by pair."""
        if self.grid:
            return values[self.place]
        given = np.empty_like(values)
        given[self.order] = values
        return given

    def _cut(self, sizes):
        first = 0
        while first < self.n_rows:
            here = self.ends[first]
            last = max(first + 1, int(np.searchsorted(self.ends, here + BLOCK, "right")) - 1)
            pairs, rows = slice(int(here), int(self.ends[last])), slice(first, last)
            starts, matrices = self.ends[first : last + 1] - here, (None, None)
            if self.columns is not None:
                matrices = self._matrices(pairs, starts)
            yield Block(pairs, rows, starts[:-1], sizes[rows], *matrices)
            first = last

    def _matrices(self, pairs, starts):
        """Return the flows of a block as a matrix, and transposed, on the memory of ``mu``."""
        matrix = sparse.csr_array(
            (self.mu[pairs], self.columns[pairs], starts.astype(np.int32)),
            (len(starts) - 1, self.n_columns),
        )
        transposed = matrix.T
        matrix.data = transposed.data = self.mu[pairs]  # the constructor may have made a copy
        return matrix, transposed

    def each(self, work: Callable) -> list:
        """Return ``work(block)`` of all blocks in order."""
        if len(self.blocks) == 1:
            return [work(self.blocks[0])]
        with ThreadPoolExecutor() as pool:
            return list(pool.map(work, self.blocks))

    def spread(self, block: Block, by_row, by_column) -> np.ndarray:
        """Return ``by_row + by_column`` of each pair of a block; either may be ``None``."""
        if by_row is None:
            values = np.zeros(block.pairs.stop - block.pairs.start)
        else:
            values = np.repeat(by_row[block.rows], block.sizes)
        if by_column is not None:
            if self.grid:
                grid = values.reshape(-1, self.n_columns)
                grid += by_column
            else:
                values += by_column[self.columns[block.pairs]]
        return values

    def predictor(self, block: Block, theta, a, b) -> np.ndarray:
        """Return the logarithm of the expected flows of a block."""
        eta = self.spread(block, a, b)
        for coefficient, x in zip(theta, self.x, strict=True):
            eta += coefficient * x[block.pairs]
        if self.offset is not None:
            eta += self.offset[block.pairs]
        return eta

    def share_out(self, theta, b, totals) -> np.ndarray:
        """Set ``mu`` so that each row sums to its total; return the row effects ``a``."""

        def work(block):
            eta = self.predictor(block, theta, None, b)
            if self.grid:
                eta[self.absent[block.pairs]] = -np.inf
            top = np.maximum.reduceat(eta, block.starts)
            eta -= np.repeat(top, block.sizes)
            mu = self.mu[block.pairs]
            np.exp(eta, out=mu)
            factor = totals[block.rows] / np.add.reduceat(mu, block.starts)
            mu *= np.repeat(factor, block.sizes)
            return np.log(factor) - top

        return np.concatenate(self.each(work))

    def moments(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Return the sums of ``mu x`` by row and by column, and of ``mu x x'`` over all pairs."""

        def work(block):
            x = self.x[:, block.pairs]
            weighted = x * self.mu[block.pairs]
            by_column = [self._by_column(block, values) for values in weighted]
            return (
                np.add.reduceat(weighted, block.starts, axis=1),
                np.array(by_column).reshape(len(x), self.n_columns),
                weighted @ x.T,
            )

        rows, columns, cross = zip(*self.each(work), strict=True)
        return np.concatenate(rows, axis=1), sum(columns), sum(cross)

    def _by_column(self, block: Block, values) -> np.ndarray:
        if self.grid:
            return values.reshape(-1, self.n_columns).sum(axis=0)
        if self.columns is None:
            return np.empty(0)
        return np.bincount(self.columns[block.pairs], values, self.n_columns)

    def times(self, values: np.ndarray) -> np.ndarray:
        """Return the sums of ``mu values_column`` by row."""

        def work(block):
            if self.grid:
                return np.einsum("ij,j->i", self._rows(block), values)
            return block.expected @ values

        return np.concatenate(self.each(work))

    def transposed(self, values: np.ndarray) -> np.ndarray:
        """Return the sums of ``mu values_row`` by column."""

        def work(block):
            if self.grid:
                return np.einsum("ij,i->j", self._rows(block), values[block.rows])
            return block.transposed @ values[block.rows]

        return sum(self.each(work))

    def _rows(self, block: Block) -> np.ndarray:
        return self.mu[block.pairs].reshape(-1, self.n_columns)

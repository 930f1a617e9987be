"""Disclosure: which cells of a table of counts must not be published, so that none tells on people.

A count of few people is hidden, and with it so many others that it cannot be found by subtracting
those that are shown from their sums.
"""

from __future__ import annotations

from collections.abc import Iterator

import networkx as nx
import numpy as np

SMALL = 5
"""A count of at least one person and fewer than these is hidden."""


def is_small(people: np.ndarray, small: int = SMALL) -> np.ndarray:
    """Tell which counts are of few people; nobody is not few.

    Examples
    --------
    >>> is_small(np.array([0, 1, 4, 5])).tolist()
    [False, True, True, False]
    """
    return (people > 0) & (people < small)


def hidden_cells(
    counts: np.ndarray,
    people: np.ndarray | None = None,
    also: np.ndarray | None = None,
    small: int = SMALL,
) -> np.ndarray:
    """Return which cells of a table with its margins must not be published.

    In each row and column that hides anything, at least two cells are hidden, and together they
    hold at least ``small``; no small cell follows from the others, whatever is added and
    subtracted. Inner cells are hidden rather than margins. Tables that share people (a question
    asked only after an answer to another) are not protected against each other.

    Parameters
    ----------
    counts : numpy.ndarray
        Counts, groups by answers; the last row holds the sums of the columns and the last column
        those of the rows.
    people : numpy.ndarray, optional
        How many people are behind each count, where one person may be counted several times.
    also : numpy.ndarray, optional
        Cells that must be hidden in any case.
    small : int

    Returns
    -------
    numpy.ndarray of bool
        All of it where the whole table holds few people.

    References
    ----------
    Gusfield, D. (1988). A graph theoretic approach to statistical data security. SIAM Journal on
    Computing 17(3), 552–571: a hidden cell can be found exactly where it lies on no cycle of the
    graph that joins rows and columns by hidden cells.

    Examples
    --------
    >>> hidden_cells(np.array([[3, 7, 20, 30], [3, 7, 20, 30]]))[-1].tolist()
    [True, True, False, False]
    """
    few = is_small(counts if people is None else people, small)
    if few[-1, -1]:
        return np.ones(counts.shape, dtype=bool)
    hidden = few if also is None else few | also
    while True:
        for line in _lines(counts.shape):
            _fill_line(counts, hidden, few, line, small)
        found = next(_found(counts, hidden, few), None)
        if found is None:
            return hidden
        row_and_column = (line for line in _lines(counts.shape) if found in line)
        if not any(_hide_next(counts, hidden, few, line) for line in row_and_column):
            return np.ones(counts.shape, dtype=bool)


def _lines(shape: tuple[int, int]) -> list[list[tuple[int, int]]]:
    rows, columns = range(shape[0]), range(shape[1])
    across = [[(row, column) for column in columns] for row in rows]
    return across + [[(row, column) for row in rows] for column in columns]


def _fill_line(counts, hidden, few, line, small: int) -> None:
    """Hide further cells of a line until what is hidden cannot be told from their sum."""
    while True:
        known = [cell for cell in line if hidden[cell]]
        if not known or (len(known) > 1 and sum(counts[cell] for cell in known) >= small):
            return
        if not _hide_next(counts, hidden, few, line):
            return


def _hide_next(counts, hidden, few, line) -> bool:
    """Hide the cell of a line whose loss costs least; False where none is left."""
    total = (counts.shape[0] - 1, counts.shape[1] - 1)
    left = [cell for cell in line if not hidden[cell] and cell != total]
    if not left:
        return False

    def cost(cell: tuple[int, int]) -> tuple:
        margin = cell[0] == total[0] or cell[1] == total[1]
        return margin, counts[cell] == 0, bool(few[cell]), counts[cell]

    hidden[min(left, key=cost)] = True
    return True


def _found(counts, hidden, few) -> Iterator[tuple[int, int]]:
    """Yield the small cells that follow from what is shown.

    A cell may be larger where a chain of other hidden cells can make up for it in its row and its
    column, alternately smaller and larger, and smaller likewise; no count is below zero.
    """
    graph = nx.DiGraph()
    arcs = {}
    for row, column in map(tuple, np.argwhere(hidden).tolist()):
        inner = (row == counts.shape[0] - 1) == (column == counts.shape[1] - 1)
        along, back = (("row", row), ("column", column)), (("column", column), ("row", row))
        larger, smaller = (along, back) if inner else (back, along)
        arcs[row, column] = [larger, *([smaller] if counts[row, column] else [])]
        graph.add_edges_from(arcs[row, column])
    for cell in map(tuple, np.argwhere(hidden & few).tolist()):
        own = arcs[cell]
        graph.remove_edges_from(own)
        free = any(nx.has_path(graph, end, start) for start, end in own)
        graph.add_edges_from(own)
        if not free:
            yield cell

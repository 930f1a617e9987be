"""Ribbons: curved arrows that narrow towards their end, the same on every map."""

from __future__ import annotations

import numpy as np

STEPS = 24
DASH_STEPS = 4
GAP = (2.0, 4.0)
"""Left free at the origin and before the destination."""
NARROWING = 0.5
HEAD = (5.0, 7.0)
"""How much wider the head is than the ribbon at its neck, and how long at least."""
DASH = (7.0, 4.0)


def ribbon(control: np.ndarray, width: float, dashed: bool = False) -> list[np.ndarray]:
    """Return the outlines of a curved arrow; ``flow_map.js`` draws the same ones.

    Parameters
    ----------
    control : numpy.ndarray
        Origin, control point and destination of a quadratic Bézier curve: 3 × 2, in points.
    width : float
        At the origin, in points; at the head half of it.
    dashed : bool
        Whether the ribbon is cut into dashes.

    Returns
    -------
    list of numpy.ndarray
        Pieces of the ribbon, the last one with the head.

    Examples
    --------
    >>> [piece.shape for piece in ribbon(np.array([[0, 0], [50, 20], [100, 0]]), 4)]
    [(53, 2)]
    """
    start, middle, end = np.asarray(control, dtype=float)
    t = np.linspace(0, 1, STEPS + 1)[:, None]
    curve = (1 - t) ** 2 * start + 2 * t * (1 - t) * middle + t**2 * end
    passed = np.concatenate([[0], np.cumsum(np.hypot(*np.diff(curve, axis=0).T))])
    room = min(1.0, passed[-1] / (4 * sum(GAP)))
    first, tip = room * GAP[0], passed[-1] - room * GAP[1]
    head = min(0.5 * (tip - first), HEAD[1] + width * NARROWING / 2)
    neck = tip - head

    def at(places: np.ndarray) -> np.ndarray:
        return np.column_stack([np.interp(places, passed, curve[:, axis]) for axis in (0, 1)])

    def sides(places: np.ndarray, halves: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        along = at(places + 0.5) - at(places - 0.5)
        length = np.maximum(np.hypot(*along.T), 1e-9)[:, None]
        across = halves[:, None] * np.column_stack([-along[:, 1], along[:, 0]]) / length
        return at(places) + across, at(places) - across

    pieces = []
    for low, high in _dashes(first, neck) if dashed else [(first, neck)]:
        places = np.linspace(low, high, (DASH_STEPS if dashed else STEPS) + 1)
        done = (places - first) / max(neck - first, 1e-9)
        pieces.append(sides(places, width / 2 * (1 - (1 - NARROWING) * done)))
    left, right = pieces[-1]
    barbs = sides(np.array([neck]), np.array([width * NARROWING / 2 + HEAD[0] / 2]))
    point = at(np.array([tip]))
    pieces[-1] = np.concatenate([left, barbs[0], point]), np.concatenate([right, barbs[1]])
    return [np.concatenate([left, right[::-1]]) for left, right in pieces]


def _dashes(first: float, neck: float) -> list[tuple[float, float]]:
    """Return where dashes begin and end; the last one ends at the neck.

    >>> _dashes(0.0, 30.0)
    [(1.0, 8.0), (12.0, 19.0), (23.0, 30.0)]
    """
    count = int((neck - first + DASH[1]) // sum(DASH))
    ends = neck - sum(DASH) * np.arange(max(count, 1))[::-1]
    return [(max(float(end) - DASH[0], first), float(end)) for end in ends]

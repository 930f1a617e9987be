"""Swarms: dots moved aside, in steps, until none hides another."""

from __future__ import annotations

from collections.abc import Sequence

Pair = tuple[float, float]


def swarm(
    along: Sequence[float], across: float, size: float, taken: Sequence[tuple[Pair, float]] = ()
) -> list[float]:
    """Return how far each dot is moved aside, the least that keeps the dots apart.

    Parameters
    ----------
    along : sequence of float
        Where the dots stand, in points.
    across : float
        How far a dot may be moved to either side, in points; where there is no room left, a dot
        stays in line and touches others.
    size : float
        Diameter of a dot, in points.
    taken : sequence of ((float, float), float)
        Place (along, aside) and diameter of other marks to keep clear of.

    Examples
    --------
    >>> swarm([10.0, 11.0, 40.0], across=8, size=4)
    [0.0, 4.0, 0.0]
    """
    placed = list(taken)
    offsets = dict.fromkeys(range(len(along)), 0.0)
    steps = range(1, int(across // size) + 1)
    sides = [0.0, *(side * size * step for step in steps for side in (1.0, -1.0))]
    for order in sorted(offsets, key=lambda dot: along[dot]):
        place = along[order]
        free = [side for side in sides if not _touches((place, side), size, placed)]
        offsets[order] = free[0] if free else 0.0
        placed.append(((place, offsets[order]), size))
    return list(offsets.values())


def _touches(dot: Pair, size: float, placed: Sequence[tuple[Pair, float]]) -> bool:
    return any(
        (dot[0] - x) ** 2 + (dot[1] - y) ** 2 < ((size + other) / 2) ** 2 - 1e-9
        for (x, y), other in placed
    )

"""Classes of a map: one specification for interactive map, static twin, legend and table."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import mapclassify
import numpy as np
import pandas as pd

from metrobook.render.theme import NOT_COLLECTED, ROLE_COLOURS, categorical, sequential, tint

ROLE_STRENGTH = {"core": 0.7, "buffer": 0.7, "ring": 0.3, "comparison": 0.3, "": 0.2}


@dataclass(frozen=True)
class ClassSpec:
    """How the values of a column become classes with a colour and a name.

    Attributes
    ----------
    column : str
        Column that is classified.
    labels, colours : tuple of str
        One per class.
    edges : tuple of float
        For numbers: one more than classes; a class holds its upper edge, the first also
        its lower edge.
    categories : tuple of str
        For categories: one value per class.
    missing_label, missing_colour : str
        Name and colour for values that are missing or in no class; without a name they
        do not show in the legend.
    """

    column: str
    labels: tuple[str, ...]
    colours: tuple[str, ...]
    edges: tuple[float, ...] = ()
    categories: tuple[Any, ...] = ()
    missing_label: str = ""
    missing_colour: str = NOT_COLLECTED

    @classmethod
    def categorical(
        cls,
        column: str,
        labels: Mapping[Any, str],
        colours: Mapping[Any, str] | None = None,
        missing_label: str = "",
    ) -> ClassSpec:
        """Make a class of each value.

        Examples
        --------
        >>> ClassSpec.categorical("kind", {"a": "Kind A"}).label_of("a")
        'Kind A'
        """
        palette = colours or dict(zip(labels, categorical(len(labels)), strict=True))
        return cls(
            column,
            tuple(labels.values()),
            tuple(palette[value] for value in labels),
            categories=tuple(labels),
            missing_label=missing_label,
        )

    @classmethod
    def roles(cls, column: str, labels: Mapping[str, str], missing_label: str = "") -> ClassSpec:
        """Make a class of each role, in the colour that the role has in every chart."""
        colours = {role: tint(ROLE_COLOURS[role], ROLE_STRENGTH[role]) for role in labels}
        return cls.categorical(column, labels, colours, missing_label)

    @classmethod
    def breaks_at(
        cls,
        column: str,
        edges: Sequence[float],
        fmt: Callable[[float], str] = str,
        colours: Sequence[str] | None = None,
        missing_label: str = "",
    ) -> ClassSpec:
        """Make classes between given edges, lowest and highest included.

        Examples
        --------
        >>> ClassSpec.breaks_at("density", [0, 10, 20]).labels
        ('0–10', '10–20')
        """
        labels = tuple(f"{fmt(low)}–{fmt(high)}" for low, high in itertools.pairwise(edges))
        return cls(
            column,
            labels,
            tuple(colours or sequential(len(labels))),
            edges=tuple(map(float, edges)),
            missing_label=missing_label,
        )

    @classmethod
    def quantiles(
        cls,
        column: str,
        values: pd.Series,
        count: int,
        fmt: Callable[[float], str] = str,
        missing_label: str = "",
        digits: int | None = None,
    ) -> ClassSpec:
        """Make classes that hold about as many areas each.

        With ``digits``, their edges are rounded to as many significant digits.
        """
        known = values.dropna().astype(float)
        inner = mapclassify.Quantiles(known, k=min(count, known.nunique())).bins
        edges = np.unique([known.min(), *inner])
        if digits is not None:
            edges = _rounded_edges(edges, digits)
        if len(edges) == 1:
            edges = np.repeat(edges, 2)
        return cls.breaks_at(column, edges.tolist(), fmt, missing_label=missing_label)

    def class_of(self, value: Any) -> int | None:
        """Return the position of the class of a value, None if it is in none."""
        if self.categories:
            return self.categories.index(value) if value in self.categories else None
        if pd.isna(value) or not self.edges[0] <= value <= self.edges[-1]:
            return None
        return int(np.searchsorted(self.edges[1:], value, side="left"))

    def label_of(self, value: Any) -> str:
        position = self.class_of(value)
        return self.missing_label if position is None else self.labels[position]

    def colour_of(self, value: Any) -> str:
        position = self.class_of(value)
        return self.missing_colour if position is None else self.colours[position]

    def labels_for(self, values: pd.Series) -> pd.Series:
        """Return the class names of a column, for the data table of the map."""
        return values.map(self.label_of)

    def colours_for(self, values: pd.Series) -> list[str]:
        return [self.colour_of(value) for value in values]

    def legend(self, values: pd.Series | None = None) -> list[tuple[str, str]]:
        """Return name and colour of each class, then of what is missing.

        Given the values that are drawn, what is missing shows only if any value is.
        """
        entries = list(zip(self.labels, self.colours, strict=True))
        missing = values is None or any(self.class_of(value) is None for value in values)
        if self.missing_label and missing:
            entries.append((self.missing_label, self.missing_colour))
        return entries


def _rounded_edges(edges: np.ndarray, digits: int) -> np.ndarray:
    """Round edges to significant digits, the lowest down and the highest up.

    >>> _rounded_edges(np.array([164.1, 1049.0, 41214.0]), 2).tolist()
    [160.0, 1000.0, 42000.0]
    """
    size = np.floor(np.log10(np.abs(np.where(edges == 0, 1, edges))))
    unit = 10.0 ** (size - digits + 1)
    steps = edges / unit
    whole = np.array([np.floor(steps[0]), *np.round(steps[1:-1]), np.ceil(steps[-1])])
    return np.unique(np.round(whole * unit, 10))

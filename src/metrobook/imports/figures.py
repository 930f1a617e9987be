"""Figures: the values of a table read under one notation, their faults, and marks in words."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

import pandas as pd

from metrobook.exchange.project import ForeignFileError, Report
from metrobook.imports.cells import (
    FLAGS,
    SEPARATORS,
    UNOBSERVED,
    Notation,
    marks_of,
    read_cells,
)

SHOWN = 10


@dataclass(frozen=True)
class Figures:
    """How the cells of a table are read.

    Attributes
    ----------
    notation : Notation
    dash_is_zero : bool
    suppressed : tuple of str
    """

    notation: Notation
    dash_is_zero: bool = False
    suppressed: tuple[str, ...] = ()

    def read(self, cells: pd.DataFrame) -> pd.DataFrame:
        """Return cells with what their ``text`` says.

        Adds ``value``, ``meaning``, ``flag``, ``readable``.
        """
        read = read_cells(
            cells["text"].reset_index(drop=True), self.notation, self.dash_is_zero, self.suppressed
        )
        return cells.assign(**{name: read[name].to_numpy() for name in read})

    def refuse_faults(self, cells: pd.DataFrame, negative: bool = False) -> pd.DataFrame:
        """Return cells with what they say.

        Raises
        ------
        ForeignFileError
            If some are neither numbers nor known marks, or negative where that cannot be.
        """
        read = self.read(cells)
        wrong = ~read["readable"] | ((read["value"] < 0) & (not negative))
        if wrong.any():
            lines = [
                f"- row {row}, column “{cell['column']}”: “{cell['text']}” "
                f"is {'negative' if cell['readable'] else 'neither a number nor a known mark'}"
                for row, cell in read[wrong].head(SHOWN).iterrows()
            ]
            more = [f"- and {wrong.sum() - SHOWN:,} more"] if wrong.sum() > SHOWN else []
            first = read.loc[wrong, "text"].iloc[0]
            raise ForeignFileError(
                "\n".join(
                    [
                        f"{wrong.sum():,} cells cannot be read as figures:", *lines, *more,
                        "Correct them, name the right column, or, if they stand for a figure that "
                        f'is not told, say --suppressed "{first}". Nothing was imported.',
                    ]
                )
            )  # fmt: skip
        return read

    def sentences(self) -> list[str]:
        """Return the guesses about the notation in words."""
        return [self.notation.doubt] if self.notation.doubt else []

    def tell(self, report: Report, cells: pd.DataFrame, left_out: bool = False) -> None:
        """Report how many cells hold marks in place of a figure, and what these mean."""
        become = "left out" if left_out else "taken as missing and not as zero"
        texts = cells["text"].reset_index(drop=True)
        plain = cells.reset_index(drop=True)
        for meaning, (count, marks) in marks_of(texts, plain).items():
            dash = "; --dash-is-zero reads a dash as zero" if meaning == UNOBSERVED else ""
            written = f"{marks}: {meaning}" if marks else meaning
            report.changed("cells", count, f"{written}, {become}{dash}")
        for flag, count in plain.loc[plain["flag"] != "", "flag"].value_counts().items():
            named = f" ({FLAGS[flag]})" if flag in FLAGS else ""
            report.changed("cells", count, f"marked “{flag}”{named}, read without the mark")


def read_figures(
    notation: Notation,
    decimal: str = "",
    dash_is_zero: bool = False,
    suppressed: Iterable[str] = (),
) -> Figures:
    """Return how cells are read, where a person may have named the decimal mark.

    Raises
    ------
    ForeignFileError
        If the decimal mark is another than a point or a comma.
    """
    if decimal and decimal not in SEPARATORS:
        raise ForeignFileError(f"--decimal is a point or a comma, not {decimal!r}.")
    if decimal:
        notation = replace(notation, decimal=decimal, doubt="")
    return Figures(notation, dash_is_zero, tuple(suppressed))

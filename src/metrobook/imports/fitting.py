"""Fitting: whether an export answers its form, and what of it the form does not offer."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from pathlib import Path

from metrobook.exchange.project import ForeignFileError, Report
from metrobook.imports.questionnaire import NOT_OFFERED, UNLISTED, Variable
from metrobook.imports.replies import listed

LEAST_MATCHED = 0.5


def refuse_another_form(
    form: Path, export: Path, asked: Collection[str], found: Collection[str],
    columns: Iterable[str], advice: str,
) -> None:  # fmt: skip
    """Refuse an export that lacks most of the questions of a form.

    Parameters
    ----------
    form, export : pathlib.Path
    asked, found : collection of str
        Questions of the form, and those of them that have a column in the export.
    columns : iterable of str
        Of the export.
    advice : str
        How to export both, so that they belong together.

    Raises
    ------
    ForeignFileError
        If fewer than :data:`LEAST_MATCHED` of the questions have a column.
    """
    if len(found) < LEAST_MATCHED * len(asked):
        lacking = [question for question in asked if question not in found]
        raise ForeignFileError(
            f"{form.name} and {export.name} do not belong together: of {len(asked)} questions of "
            f"the form, {len(found)} have a column in the export. No column: {listed(lacking)}. "
            f"Columns of the export: {listed(columns)}. {advice} Nothing was imported."
        )


def with_unlisted(variable: Variable, rows: list, report: Report) -> Variable:
    """Report rows whose answer a question does not offer; a closed one gets a choice for them."""
    if rows and variable.choices:
        report.changed(
            f"answers to {variable.name}", len(rows),
            f"are not offered by the form and are counted as “{UNLISTED}”: rows {listed(rows)}",
        )  # fmt: skip
        return variable.with_further(NOT_OFFERED)
    report.lost(
        f"answers to {variable.name}", len(rows), f"are no {variable.kind}: rows {listed(rows)}"
    )
    return variable

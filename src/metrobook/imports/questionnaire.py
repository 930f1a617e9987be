"""A questionnaire and its answers, whichever tool they come from."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import pandas as pd

from metrobook.exchange.project import Report

CLOSED = ("single", "multiple", "likert")
KINDS = (*CLOSED, "number", "date", "text")
UNLISTED = "unlisted"


@dataclass(frozen=True)
class Choice:
    """One answer that a closed question offers.

    Attributes
    ----------
    code : str
        The value that is stored.
    labels : dict of str to str
        By language; the key is blank where the form does not say the language.
    side : str
        Of a scale: ``low``, ``neutral`` or ``high``; else blank.
    """

    code: str
    labels: dict[str, str] = field(default_factory=dict)
    side: str = ""


NOT_OFFERED = Choice(
    UNLISTED,
    {"en": "An answer that the form does not offer", "id": "Jawaban di luar pilihan formulir"},
)


@dataclass(frozen=True)
class Variable:
    """One question as it was asked.

    Attributes
    ----------
    name : str
        Key of the variable.
    kind : str
        One of :data:`KINDS`; blank for what is not imported, such as notes and pictures.
    labels : dict of str to str
        By language, as for :class:`Choice`.
    choices : tuple of Choice
    missing : tuple of str
        Codes that stand for no answer.
    counted : str
        Name of the repeat that asks it; blank where each respondent is asked once.
    why : str
        Why it is not imported.
    """

    name: str
    kind: str
    labels: dict[str, str] = field(default_factory=dict)
    choices: tuple[Choice, ...] = ()
    missing: tuple[str, ...] = ()
    counted: str = ""
    why: str = ""

    def with_further(self, choice: Choice) -> Variable:
        """Return the variable with one more choice; it is no step of a scale."""
        missing = (*self.missing, choice.code) if self.kind == "likert" else self.missing
        return replace(self, choices=(*self.choices, choice), missing=missing)


@dataclass
class Responses:
    """What respondents answered.

    Attributes
    ----------
    origin : str
        The tool and the layout, such as ``"KoboToolbox (XLSX)"``.
    variables : list of Variable
    answers : dict of str to pandas.DataFrame
        By repeat, blank for those asked once: one row per answer sheet, a column per variable
        (blank where nothing was answered; a tuple of codes for several choices) and
        ``respondent``.
    people : pandas.DataFrame
        One row per respondent, in the order of the file: ``respondent``, ``date`` (YYYY-MM-DD or
        blank), and every column of the export, for consent, weights and groups; its index is the
        row in the file.
    report : Report
    understood : list of str
        What was guessed, one sentence each.
    """

    origin: str
    variables: list[Variable]
    answers: dict[str, pd.DataFrame]
    people: pd.DataFrame
    report: Report = field(default_factory=Report)
    understood: list[str] = field(default_factory=list)

    def keep(self, wanted: pd.Series, why: str) -> None:
        """Leave out the respondents who are not wanted, with all their answers, and note why."""
        self.report.lost("submissions", int((~wanted).sum()), why)
        self.people = self.people[wanted]
        kept = set(self.people["respondent"])
        self.answers = {
            counted: frame[frame["respondent"].isin(kept)]
            for counted, frame in self.answers.items()
        }

    def variable(self, name: str) -> Variable | None:
        """Return a variable by its name, or None."""
        return next((item for item in self.variables if item.name == name), None)

"""Respondents: whose answers count, with which weight, and in which group."""

from __future__ import annotations

import re

import geopandas as gpd
import pandas as pd

from metrobook.exchange.project import ForeignFileError
from metrobook.imports.questionnaire import Responses
from metrobook.imports.replies import code_of, key, listed
from metrobook.study import Study

NOT_STATED = "not_stated"
MOST_GROUPS = 60
CONSENT = re.compile(
    r"consent|persetujuan|bersedia|einwilligung|consentimento|consentimiento", re.I
)
POINT = r"^\s*(?P<lat>-?\d+(?:\.\d+)?)[ ,]+(?P<lon>-?\d+(?:\.\d+)?)(?:\s|,|$)"


def keep_consenting(responses: Responses, consent: str) -> None:
    """Keep only the respondents who consented; the question itself is then no finding.

    Parameters
    ----------
    consent : str
        ``QUESTION=VALUE``, several values separated by commas; blank where nobody was asked.

    Raises
    ------
    ForeignFileError
        If there is no such question or answer, or the form asks for consent and none is named.
    """
    if not consent:
        _refuse_unasked(responses)
        return
    question, _, values = consent.partition("=")
    cells = _answers_of(responses, question, "--consent")
    variable = responses.variable(question)
    known = code_of(variable) if variable else {key(cell): cell for cell in cells}
    wanted = [value.strip() for value in values.split(",") if value.strip()]
    unknown = [value for value in wanted if key(value) not in known]
    if unknown or not wanted:
        raise ForeignFileError(
            f"--consent {consent}: {listed(unknown) or 'nothing'} is no answer to {question!r}; "
            f"its answers are {listed(dict.fromkeys(known.values()))}. Write --consent "
            f"{question}=ANSWER, several separated by commas."
        )
    responses.variables = [item for item in responses.variables if item.name != question]
    given = {known[key(value)] for value in wanted}
    responses.keep(cells.isin(given), f"did not consent: {question} is not {' or '.join(wanted)}")


def _refuse_unasked(responses: Responses) -> None:
    for variable in responses.variables:
        texts = (variable.name, *variable.labels.values())
        if variable.kind == "single" and any(CONSENT.search(text) for text in texts):
            codes = listed(choice.code for choice in variable.choices)
            raise ForeignFileError(
                f"The form asks for consent: {variable.name} ({codes}). Say whose answers may be "
                f"used: --consent {variable.name}=ANSWER, several answers separated by commas."
            )


def keep_since(responses: Responses, start: str) -> None:
    """Keep only what was submitted on a day or later: earlier ones were tests.

    Raises
    ------
    ForeignFileError
        If the day is none, or the export does not date its submissions.
    """
    if not start:
        return
    if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", start):
        raise ForeignFileError(f"--from {start}: a day such as 2026-03-01 was expected.")
    dates = responses.people["date"]
    if (dates == "").all():
        raise ForeignFileError(
            "--from needs the dates of submission, and the export has none that can be read."
        )
    responses.keep(dates >= start, f"were tests: submitted before {start}, or without a date")


def weights(responses: Responses, column: str) -> pd.Series:
    """Return the weight of each respondent, by the index of respondents; 1 where none is named.

    Raises
    ------
    ForeignFileError
        If there is no such column, or a weight is no number above zero.
    """
    people = responses.people.set_index("respondent")
    if not column:
        return pd.Series(1.0, index=people.index)
    cells = _column(responses, column, "--weight").set_axis(people.index)
    numbers = pd.to_numeric(cells.str.strip().str.replace(",", "."), errors="coerce")
    wrong = responses.people.index[~(numbers.gt(0) & numbers.lt(float("inf"))).to_numpy()]
    if len(wrong):
        row = wrong[0]
        raise ForeignFileError(
            f"Column {column!r}, row {row}: {responses.people.loc[row, column]!r} is no weight; a "
            f"number above zero was expected in every row (also wrong: {listed(wrong[1:]) or '–'})."
        )
    return numbers


def groups(responses: Responses, column: str, study: Study) -> pd.Series:
    """Return the group of each respondent, by the index of respondents.

    Parameters
    ----------
    column : str
        A closed question, any column of the export, or a question for a place: then the area of
        the study in which it lies.

    Raises
    ------
    ForeignFileError
        If there is no such column, or it holds no groups.
    """
    people = responses.people.set_index("respondent")
    variable = responses.variable(column)
    if variable and variable.kind in ("single", "likert"):
        found = _answers_of(responses, column, "--by").set_axis(people.index)
        found = found.mask(found.isin(variable.missing), "")
    else:
        cells = _column(responses, column, "--by").set_axis(people.index).str.strip()
        points = cells.str.extract(POINT).dropna()
        stated = cells[cells != ""]
        is_place = len(stated) and len(points) == len(stated)
        found = _areas(points, study).reindex(cells.index, fill_value="") if is_place else cells
    if found[found != ""].nunique() > MOST_GROUPS:
        raise ForeignFileError(
            f"--by {column}: {found.nunique()} different values are no groups; at most "
            f"{MOST_GROUPS} were expected. Name a question with few answers, such as the area."
        )
    return found.mask(found == "", NOT_STATED)


def _areas(points: pd.DataFrame, study: Study) -> pd.Series:
    """Return the zone of the study around each place; the place itself is not kept."""
    if not study.has_layer("areas"):
        raise ForeignFileError(
            "To count places by area, the study needs the layer areas: import zones first."
        )
    layer = study.layer("areas")
    zones = layer[layer["area_code"].astype(str).isin(study.zones)]
    longitude, latitude = points["lon"].astype(float), points["lat"].astype(float)
    spots = gpd.GeoDataFrame(geometry=gpd.points_from_xy(longitude, latitude, crs=4326),
                             index=points.index)  # fmt: skip
    joined = gpd.sjoin(spots, zones[["area_code", "geometry"]], how="left", predicate="within")
    return joined[~joined.index.duplicated()]["area_code"].astype("object").fillna("")


def _answers_of(responses: Responses, question: str, option: str) -> pd.Series:
    """Return the answers of respondents to a question, in the order of the people."""
    once = responses.answers[""]
    if question in once:
        return once.set_index("respondent")[question].reindex(
            responses.people["respondent"]
        ).set_axis(responses.people.index)  # fmt: skip
    return _column(responses, question, option)


def _column(responses: Responses, column: str, option: str) -> pd.Series:
    if column in responses.people:
        return responses.people[column]
    tails = [c for c in responses.people if re.split(r"[/:-]", str(c))[-1] == column]
    if len(tails) == 1:
        return responses.people[tails[0]]
    names = listed(variable.name for variable in responses.variables)
    raise ForeignFileError(
        f"{option}: the export has no question or column {column!r}. Its questions are {names}."
    )

"""Surveys: what an export holds, summed up so that it tells on nobody, as a proposal.

The answers of single people stay in the file, wherever it lies: a study gets the codebook of the
variables and the shares, and the checksum of the file.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import pandas as pd
from slugify import slugify

from metrobook.amend import Amendment
from metrobook.collection.answers import effective_size
from metrobook.collection.disclosure import SMALL
from metrobook.exchange.project import ForeignFileError, Report
from metrobook.imports.kobo import read_kobo
from metrobook.imports.limesurvey import is_structure, read_limesurvey
from metrobook.imports.plainforms import read_plain_form
from metrobook.imports.proposal import Proposal, checksum
from metrobook.imports.questionnaire import KINDS, Responses, Variable
from metrobook.imports.replies import key, listed
from metrobook.imports.respondents import groups, keep_consenting, keep_since, weights
from metrobook.imports.scales import as_scale, by_position, plain
from metrobook.imports.sheets import read_sheets
from metrobook.imports.sourcing import cited_source
from metrobook.imports.summaries import answer_rows, codebook_rows
from metrobook.study import Study

NAME = re.compile(r"[a-z0-9][a-z0-9-]*")
TELLS_WHO = re.compile(
    r"\b(names?|nama|nom|nombre|apellidos?|nome|naam|phone|telephone|telepon|telefone?|nomor hp|hp"
    r"|whatsapp|mobile number|e-?mail|surel|address|alamat|adresse|direcci[oó]n|endere[cç]o|nik|ktp"
    r"|passport|birthday|tanggal lahir)\b",
    re.IGNORECASE,
)
KOBO = ("_uuid", "_submission_time", "SubmissionDate")
LIMESURVEY = ("submitdate", "lastpage")
PREVIEWED = ["variable_id", "choice", "n", "base", "share", "low", "high"]


@dataclass(frozen=True)
class SurveyOptions:
    """What a person decides about the import of a survey.

    Attributes
    ----------
    name : str
        Short name of the survey.
    form : pathlib.Path, optional
        The XLSForm, or the structure of a survey of LimeSurvey.
    consent : str
        ``QUESTION=ANSWER``: whose answers count.
    start : str
        The first day that counts.
    weight : str
        The column of weights.
    by : tuple of str
        Questions or columns that tell groups apart.
    missing : tuple of str
        Further codes that stand for no answer.
    kinds : tuple of str
        ``QUESTION=KIND``: how a question is answered.
    invited : int, optional
        How many were asked to take part.
    language : str
        The language of a plain form.
    texts : bool
        Offer free answers as withheld evidence.
    synthetic : bool
        The answers are made up.
    """

    name: str
    form: Path | None = None
    consent: str = ""
    start: str = ""
    weight: str = ""
    by: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    invited: int | None = None
    language: str = ""
    texts: bool = False
    synthetic: bool = False


def read_survey(path: Path, study: Study, options: SurveyOptions, **cited: str) -> Proposal:
    """Read the export of a survey and propose its codebook and its shares.

    Parameters
    ----------
    path : pathlib.Path
        An export of KoboToolbox, ODK Central or LimeSurvey, or of a plain form.
    study : Study
    options : SurveyOptions
    **cited : str
        Of the source, as :func:`metrobook.imports.sourcing.cited_source` takes it.

    Raises
    ------
    ForeignFileError
        If the file cannot be read or used; the message says what to do.
    """
    if not NAME.fullmatch(options.name):
        raise ForeignFileError(
            f"--name {options.name!r}: a short name for the survey was expected, of small letters, "
            "digits and hyphens, such as residents-2026."
        )
    if options.synthetic and options.texts:
        raise ForeignFileError("Texts that were made up are no evidence: leave out --texts.")
    kinds = dict(kind.partition("=")[::2] for kind in options.kinds)
    responses = _read(path, study, options, kinds)
    keep_consenting(responses, options.consent)
    keep_since(responses, options.start)
    if len(responses.people) < SMALL:
        raise ForeignFileError(
            f"{path.name} holds {len(responses.people)} submissions that count: of fewer than "
            f"{SMALL} people nothing can be published. Look at what was left out: "
            f"{_lost(responses) or 'nothing'}."
        )
    weighted = weights(responses, options.weight)
    grouped = {column: groups(responses, column, study) for column in options.by}
    _leave_out_who(responses, kinds)
    _mark_missing(responses, options.missing)
    amendment = Amendment(study.folder)
    source = cited_source(amendment, study, path, reliability="derived", **cited)
    variables, answers = _tables(responses, study, options, weighted, grouped, source)
    amendment.replace_rows("survey_variables", variables, over=["survey"])
    amendment.replace_rows("survey_answers", answers, over=["survey"])
    if options.texts:
        texts = _texts(responses, options, source)
        amendment.add_rows("evidence", texts, alike=[])
        responses.report.read("free answers, as withheld evidence", len(texts))
    return Proposal(
        "survey", path, _record(options, source), amendment,
        _sentences(path, responses, options, weighted), _summed_up(responses, answers),
        _preview(answers),
    )  # fmt: skip


def _read(path: Path, study: Study, options: SurveyOptions, kinds: Mapping[str, str]) -> Responses:
    """Read an export with the reader that its form, or its columns, call for."""
    if options.form is not None:
        if not options.form.is_file():
            raise ForeignFileError(f"There is no file {options.form}.")
        reader = read_limesurvey if is_structure(options.form) else read_kobo
        return _retyped(reader(path, options.form), kinds)
    is_form = path.is_file() and is_structure(path)
    sheets = {} if is_form else read_sheets(path)
    if is_form or {"survey", "choices"} <= {name.lower() for name in sheets}:
        raise ForeignFileError(
            f"{path.name} is a form, which holds questions and no answers. Name the export of the "
            f"answers, and this file with --form {path.name}."
        )
    columns = {column for table in sheets.values() for column in table.columns}
    for tool, marks, form in (
        ("KoboToolbox or ODK", KOBO, "the XLSForm"),
        ("LimeSurvey", LIMESURVEY, "the survey structure (.lss or .txt)"),
    ):
        if columns & {*marks}:
            raise ForeignFileError(
                f"{path.name} looks like an export of {tool}. Say how it was asked: --form names "
                f"{form}, which the tool exports beside the answers."
            )
    questions = study.whole_table("questions")
    texts = [column for column in questions if column.startswith("text_")]
    named = {
        key(row[text]): row["question_id"]
        for row in questions.to_dict("records")
        for text in texts
        if isinstance(row[text], str)
    }
    return read_plain_form(path, named, kinds, options.language)


def _retyped(responses: Responses, kinds: Mapping[str, str]) -> Responses:
    """Return responses with the kinds that were named for closed questions and texts."""
    for name, kind in kinds.items():
        variable = responses.variable(name)
        if variable is None or kind not in KINDS:
            raise ForeignFileError(
                f"--type {name}={kind}: expected a question of the form and one of "
                f"{', '.join(KINDS)}. The questions are "
                f"{listed(variable.name for variable in responses.variables)}."
            )
        if kind != variable.kind and {kind, variable.kind} - {"single", "likert"}:
            raise ForeignFileError(
                f"--type {name}={kind}: the form asks {name} as {variable.kind}; only a choice of "
                "one and a scale can stand for each other."
            )
        place = responses.variables.index(variable)
        choices = variable.choices
        if kind == "likert":
            choices = as_scale(choices, variable.missing) or by_position(choices, variable.missing)
        responses.variables[place] = replace(variable, kind=kind, choices=choices)
    return responses


def _leave_out_who(responses: Responses, kinds: Mapping[str, str]) -> None:
    """Leave out open questions that ask who somebody is."""
    telling = [
        variable
        for variable in responses.variables
        if variable.kind in ("text", "number", "date")
        and variable.name not in kinds
        and any(
            TELLS_WHO.search(plain(text)) for text in (variable.name, *variable.labels.values())
        )
    ]
    responses.variables = [item for item in responses.variables if item not in telling]
    names = listed(variable.name for variable in telling)
    why = f"ask who somebody is, by their words: {names} (--type names one to keep it)"
    responses.report.lost("questions", len(telling), why)


def _mark_missing(responses: Responses, codes: tuple[str, ...]) -> None:
    """Let further codes stand for no answer, wherever they are offered or given as a number."""
    responses.variables = [
        replace(variable, missing=tuple(dict.fromkeys([*variable.missing, *_own(variable, codes)])))
        for variable in responses.variables
    ]


def _own(variable: Variable, codes: tuple[str, ...]) -> list[str]:
    if variable.kind == "number":
        return [code for code in codes if re.fullmatch(r"-?\d+(\.\d+)?", code)]
    return [choice.code for choice in variable.choices if choice.code in codes]


def _tables(
    responses: Responses,
    study: Study,
    options: SurveyOptions,
    weighted: pd.Series,
    grouped: Mapping[str, pd.Series],
    source: str,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    languages = list(dict.fromkeys(["en", "id", *study.languages]))
    same = {
        "survey": options.name, "synthetic": str(options.synthetic).lower(), "source_id": source,
    }  # fmt: skip
    variables = codebook_rows(responses, study.whole_table("questions"), languages).assign(
        **same, respondents=len(responses.people), invited=options.invited,
        period=_period(responses.people["date"]), weights=options.weight,
    )  # fmt: skip
    answers = answer_rows(responses, weighted, grouped, languages).assign(**same)
    answers["effective"] = answers["effective"].mask(answers["effective"] == answers["base"])
    answers["hidden"] = answers["hidden"].map({True: "true", False: "false"})
    return variables, answers


def _period(dates: pd.Series) -> str:
    """Return the months of submission.

    Examples
    --------
    >>> _period(pd.Series(["2026-03-30", "2026-04-02", ""]))
    '2026-03/2026-04'
    """
    months = sorted({date[:7] for date in dates if date})
    return "/".join(dict.fromkeys([months[0], months[-1]])) if months else ""


def _texts(responses: Responses, options: SurveyOptions, source: str) -> pd.DataFrame:
    """Return free answers as withheld evidence: nothing of them is published."""
    years = responses.people.set_index("respondent")["date"].str.slice(0, 4)
    rows = []
    for variable in responses.variables:
        answers = responses.answers[variable.counted]
        stated = answers[[variable.name, "respondent"]] if variable.kind == "text" else answers[:0]
        for text, respondent in stated.itertuples(index=False, name=None):
            if not re.search(r"\w{2}", text):
                continue
            mark = hashlib.sha256(f"{variable.name}\n{text}".encode()).hexdigest()[:8]
            rows.append(
                {
                    "evidence_id": f"{options.name}-{slugify(variable.name)}-{mark}",
                    "technique": "survey", "date": years[respondent], "topic": variable.name,
                    "text_en": text, f"text_{options.language or 'en'}": text,
                    "source_id": source, "consent": "withheld",
                }
            )  # fmt: skip
    return pd.DataFrame(rows, columns=None if rows else ["evidence_id"]).drop_duplicates(
        "evidence_id"
    )


def _summed_up(responses: Responses, answers: pd.DataFrame) -> Report:
    report = responses.report
    report.read("respondents", len(responses.people))
    report.read("variables", len(responses.variables))
    why = f"are hidden: fewer than {SMALL} people would show, or could be found by subtracting"
    report.lost("shares", int((answers["hidden"] == "true").sum()), why)
    return report


def _preview(answers: pd.DataFrame) -> pd.DataFrame:
    """Return the shares of everyone, as a person looks at them before they are written."""
    everyone = answers.loc[answers["by"] == "", PREVIEWED].astype(object)
    return everyone.where(everyone.notna(), "")


def _lost(responses: Responses) -> str:
    lost = responses.report.of("lost")
    return "; ".join(f"{entry.count} {entry.what}: {entry.why}" for entry in lost)


def _record(options: SurveyOptions, source: str) -> dict[str, object]:
    """Return the options as they are kept: lists for tuples, the name and sum of the form."""
    record = {name: value for name, value in asdict(options).items() if value not in ("", (), None)}
    record = {
        name: [*value] if isinstance(value, tuple) else value for name, value in record.items()
    }
    if options.form is not None:
        record |= {"form": options.form.name, "form_sha256": checksum(options.form)}
    return record | {"source": source}


def _sentences(
    path: Path, responses: Responses, options: SurveyOptions, weighted: pd.Series
) -> list[str]:
    closed = [variable for variable in responses.variables if variable.choices]
    scales = listed(variable.name for variable in closed if variable.kind == "likert")
    missing = listed(dict.fromkeys(code for variable in closed for code in variable.missing))
    texts = listed(variable.name for variable in responses.variables if variable.kind == "text")
    size = f"{effective_size(weighted):.0f}"
    said = [
        f"Taken for an export of {responses.origin}: {len(responses.variables)} variables of "
        f"{len(responses.people)} respondents.",
        *responses.understood,
        scales
        and f"Scales with two ends, by the words of their answers: {scales}. --type "
        "QUESTION=single takes one for a choice.",
        missing and f"No answer, and not in the base: {missing}. --missing adds codes.",
        f"Weighted by {options.weight}: as sure as {size} people of equal weight."
        if options.weight
        else "Not weighted: the shares are of those who answered, not of the population.",
        texts
        and not options.texts
        and f"Free text is not summed up: {texts}. --texts offers it as withheld evidence.",
        options.texts
        and "Free answers are withheld: nothing of them is published. They are kept "
        "in the evidence table; replace names in it before you share the repository.",
        options.synthetic and "Marked as synthetic: the book shows it in red, and as no finding.",
        f"The answers of single people stay in {path.name}; only its checksum is recorded.",
    ]
    return [sentence for sentence in said if sentence]

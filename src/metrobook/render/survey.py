"""Surveys: what respondents answered, with intervals, and what their answers cannot say."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import pandas as pd
from markupsafe import Markup
from matplotlib.figure import Figure

from metrobook.collection.answers import likert_summary
from metrobook.render.chapter import Chapter
from metrobook.render.charts import likert

WARNING = Markup('<strong class="mb-synthetic" style="color: var(--pst-color-danger)">{}</strong>')
DATA = [
    "variable_id", "choice", "answer", "side", "n", "base", "share", "low", "high", "synthetic",
]  # fmt: skip


def surveys_held(variables: pd.DataFrame) -> list[str]:
    """Return the surveys that people answered, without those that were made up.

    Parameters
    ----------
    variables : pandas.DataFrame
        The table ``survey_variables``.

    Examples
    --------
    >>> surveys_held(pd.DataFrame({"survey": ["a", "b", "a"], "synthetic": [False, True, False]}))
    ['a']
    """
    return list(dict.fromkeys(variables.loc[~variables["synthetic"].astype(bool), "survey"]))


def show_surveys(chapter: Chapter) -> None:
    """Show each survey of the study: whom it reached, its scales, all its shares, its limits.

    Nothing is shown where there is none. Synthetic answers are marked in red, and no number of
    theirs is handed on.
    """
    variables = chapter.study.table("survey_variables")
    answers = chapter.study.table("survey_answers")
    variables = variables.assign(question=chapter.local(variables, "label"))
    answers = answers.assign(answer=chapter.local(answers, "label"))
    answers = answers.assign(at=_groups(chapter, answers))
    for survey, asked in variables.sort_values(["survey", "order"]).groupby("survey", sort=False):
        about = asked[["variable_id", "kind", "question", "order"]]
        given = answers[answers["survey"] == survey]
        given = given.merge(about, on="variable_id", suffixes=("", "_asked"))
        given = given.sort_values(["order_asked", "by", "group", "order"], na_position="first")
        _introduce(chapter, survey, asked)
        _show_scales(chapter, survey, given)
        _show_tables(chapter, survey, given)
        _limit(chapter, asked)


def _introduce(chapter: Chapter, survey: str, asked: pd.DataFrame) -> None:
    _, first = chapter.gettext, asked.iloc[0]
    title = chapter.study.source(first["source_id"])["title"]
    chapter.heading(_("Survey: {title}").format(title=title))
    if first["synthetic"]:
        chapter.say(
            WARNING.format(
                _(
                    "These answers were made up to try out the form. "
                    "Nobody gave them; they are no finding."
                )
            )
        )
    said = [_("{people} people took part; the codebook has {questions} questions.")]
    if pd.notna(first["period"]):
        said.append(_("They answered in this time: {period}."))
    if pd.notna(first["invited"]):
        said.append(_("Of {invited} who were asked, {share} took part."))
    else:
        said.append(_("How many were asked is not known, so that no share of them can be told."))
    key, people = f"survey_{_key(survey)}_respondents", first["respondents"]
    chapter.say(
        " ".join(said),
        people=chapter.format(people) if first["synthetic"] else chapter.number(key, people),
        questions=chapter.format(asked["variable_id"].nunique()),
        period=str(first["period"]).replace("/", " – "),
        invited=chapter.format(first["invited"]),
        share=chapter.format_share(first["respondents"] / first["invited"]),
    )


def _key(survey: str) -> str:
    return survey.replace("-", "_")


def _groups(chapter: Chapter, answers: pd.DataFrame) -> pd.Series:
    """Return the group of each row as readers know it: an answer, an area, or as it stands."""
    columns = (answers["survey"], answers["variable_id"], answers["choice"])
    labels = dict(zip(zip(*columns, strict=True), answers["answer"], strict=True))
    everyone, unstated = chapter.gettext("Everyone"), chapter.gettext("Not stated")

    def name(row: tuple) -> str:
        if not isinstance(row.group, str):
            return everyone
        if row.group == "not_stated":
            return unstated
        label = labels.get((row.survey, row.by, row.group))
        return label or chapter.study.name(row.group, chapter.language)

    return pd.Series([name(row) for row in answers.itertuples()], answers.index, dtype=object)


def _show_scales(chapter: Chapter, survey: str, given: pd.DataFrame) -> None:
    """Draw the scales of everyone: those with the same answers in one figure."""
    _ = chapter.gettext
    scales = given[(given["kind"] == "likert") & given["by"].isna()]
    for number, steps in enumerate(_with_same_answers(scales), 1):
        labels = steps[["variable_id", "question"]].drop_duplicates()
        sides = likert_summary(steps).merge(labels, on="variable_id")
        chapter.figure(
            f"survey_{_key(survey)}_{number}",
            partial(_draw, chapter, steps, sides.rename(columns={"question": "label"})),
            caption=_marked(chapter, steps, _highest(chapter, sides)),
            alt=_(
                "Bars to both sides of a line: the shares of answers below and above the middle, "
                "each side with its interval."
            ),
            sources=[steps["source_id"].iloc[0]],
            data=steps[DATA],
        )
        chapter.table(
            f"survey_{_key(survey)}_{number}_sides", _sides(chapter, steps, sides),
            caption=_marked(chapter, steps, _("The scales in short: both sides and the median")),
            fold=True,
        )  # fmt: skip


def _sides(chapter: Chapter, steps: pd.DataFrame, sides: pd.DataFrame) -> pd.DataFrame:
    """Return the shares on each side of the middle with their intervals, and the median answer."""
    _, write = chapter.gettext, chapter.format_share
    titles = {
        "low": _("Below the middle"), "neutral": _("In the middle"), "high": _("Above the middle"),
    }  # fmt: skip
    titles = {side: title for side, title in titles.items() if side in set(steps["side"])}
    columns = {
        titles[side]: sides[f"{side}_share"].map(write) + " (" + sides[f"{side}_low"].map(write)
        + " – " + sides[f"{side}_high"].map(write) + ")"
        for side in titles
    }  # fmt: skip
    hidden = {titles[side]: sides[f"{side}_share"].isna() for side in titles}
    answers = dict(zip(steps["choice"], steps["answer"], strict=True))
    return pd.DataFrame(
        {_("Question"): sides["question"]}
        | {title: cells.mask(hidden[title], _("hidden")) for title, cells in columns.items()}
        | {_("Median answer"): sides["median"].map(answers).fillna(_("hidden")),
           _("Base"): sides["base"].map(chapter.format)}
    )  # fmt: skip


def _draw(chapter: Chapter, steps: pd.DataFrame, sides: pd.DataFrame, width: float) -> Figure:
    _ = chapter.gettext
    drawn = steps[["question", "answer", "side", "share"]]
    return likert(
        drawn.set_axis(["label", "choice", "side", "share"], axis=1), sides, width=width,
        fmt=chapter.format_share, missing=_("hidden"), value_title=_("Share of those who answered"),
    )  # fmt: skip


def _with_same_answers(scales: pd.DataFrame) -> Iterator[pd.DataFrame]:
    """Yield the scales by their answers, each from low to high."""
    found: dict[tuple, list[pd.DataFrame]] = {}
    for _variable, steps in scales.groupby("variable_id", sort=False):
        upright = steps[::-1] if steps["side"].iloc[0] == "high" else steps
        upright = upright.assign(order=range(1, len(steps) + 1))
        found.setdefault(tuple(upright["answer"]), []).append(upright)
    yield from map(pd.concat, found.values())


def _highest(chapter: Chapter, sides: pd.DataFrame) -> str:
    """Say which question is answered highest, with the interval."""
    _, shown = chapter.gettext, sides.dropna(subset=["high_share"])
    if shown.empty:
        return _("Too few people answered for either side to be shown.")
    top = shown.loc[shown["high_share"].idxmax()]
    share, low, high = (
        chapter.format_share(top[f"high_{end}"]) for end in ("share", "low", "high")
    )
    text = _("{question} – {share} answered above the middle (interval: {low} to {high}).")
    text = text.format(question=top["question"], share=share, low=low, high=high)
    return text if len(sides) == 1 else _("The highest of these: {answer}").format(answer=text)


def _marked(chapter: Chapter, rows: pd.DataFrame, caption: str) -> str:
    if not rows["synthetic"].any():
        return caption
    return chapter.gettext("Made up: {caption}").format(caption=caption)


def _show_tables(chapter: Chapter, survey: str, given: pd.DataFrame) -> None:
    _, numbers = chapter.gettext, given["kind"] == "number"
    shares = _("All shares of the survey, each with its interval")
    figures = _("Numbers of the survey: mean, spread and quartiles")
    for name, rows, caption in (
        ("shares", given[~numbers], shares),
        ("numbers", given[numbers], figures),
    ):
        if len(rows):
            chapter.table(
                f"survey_{_key(survey)}_{name}", _readable(chapter, rows, name),
                caption=_marked(chapter, rows, caption), sources=[rows["source_id"].iloc[0]],
                fold=True,
            )  # fmt: skip


def _readable(chapter: Chapter, rows: pd.DataFrame, name: str) -> pd.DataFrame:
    _ = chapter.gettext
    write = chapter.format_share if name == "shares" else partial(chapter.format, decimals=1)
    column, title = {"shares": ("share", _("Share")), "numbers": ("value", _("Value"))}[name]
    values = rows[column].map(write).mask(rows["hidden"].astype(bool), _("hidden"))
    ends = rows["low"].map(write) + " – " + rows["high"].map(write)
    columns = {
        _("Question"): rows["question"], _("Group"): rows["at"], _("Answer"): rows["answer"],
        title: values, _("Interval"): ends.mask(rows["low"].isna() | rows["high"].isna(), "–"),
        _("Base"): rows["base"].map(chapter.format),
    }  # fmt: skip
    table = pd.DataFrame(columns)
    return table.drop(columns=_("Group")) if rows["by"].isna().all() else table


def _limit(chapter: Chapter, asked: pd.DataFrame) -> None:
    """Say what the survey cannot say."""
    _ = chapter.gettext
    if pd.notna(asked["weights"].iloc[0]):
        said = [
            _(
                "The shares are weighted; their intervals count the effective number of people. "
                "Weights mend only what they know of: those who took part may still differ from "
                "those who did not."
            )
        ]
    else:
        said = [
            _(
                "The answers are not weighted. They are those of the people who took part, perhaps "
                "because they chose to, and do not stand for all residents. The intervals tell the "
                "chance of the draw only."
            )
        ]
    said.append(
        _(
            "Counts of few people are hidden, and others with them, so that nobody can be found by "
            "subtracting."
        )
    )
    if asked["counted"].notna().any():
        said.append(
            _(
                "Where one person answered several times, the interval rests on the number of "
                "people."
            )
        )
    chapter.say(" ".join(said))

"""Journeys: what the rows of a table of flows are, and the sentences that say it.

A survey leaves pairs empty that nobody in its sample travels; a count has a number for each pair;
moves of residence are no daily journeys at all.
"""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd

from metrobook.compendium import StudyError

MIGRATION = "migration"
"""The purpose of rows that are moves of residence."""
SURVEY, COUNT, MOVES = "survey", "count", "moves"

Translate = Callable[[str], str]
Words = dict[str, str]


def of_purpose(flows: pd.DataFrame, wanted: str = "") -> pd.DataFrame:
    """Return the flows of one purpose: the wanted one, or that of most years and then people.

    Parameters
    ----------
    flows : pandas.DataFrame
        ``purpose, year, value``.
    wanted : str
        Empty to have it chosen.

    Raises
    ------
    StudyError
        If there are no flows of the wanted purpose.
    """
    if wanted and wanted not in set(flows["purpose"]):
        known = ", ".join(sorted(flows["purpose"].unique()))
        raise StudyError(f"There are no flows with the purpose {wanted!r}; there are: {known}.")
    if flows.empty:
        return flows
    sums = flows.groupby("purpose").agg(years=("year", "nunique"), people=("value", "sum"))
    ordered = sums.reset_index().sort_values(
        ["years", "people", "purpose"], ascending=[False, False, True]
    )
    return flows[flows["purpose"] == (wanted or ordered["purpose"].iloc[0])]


def kind_of(flows: pd.DataFrame) -> str:
    """Return whether flows of one purpose are a ``survey``, a ``count`` or ``moves``.

    Examples
    --------
    >>> kind_of(pd.DataFrame({"purpose": ["work", "work"], "value": [5.0, None]}))
    'survey'
    >>> kind_of(pd.DataFrame({"purpose": ["migration"], "value": [5.0]}))
    'moves'
    """
    if flows["purpose"].str.lower().isin([MIGRATION]).any():
        return MOVES
    return SURVEY if flows["value"].isna().any() else COUNT


def purposes(purpose: str, _: Translate) -> list[str]:
    """Return the parts of a purpose in words.

    Examples
    --------
    >>> purposes("work+school", str)
    ['work', 'school']
    """
    known = {"work": _("work"), "school": _("school"), "course": _("a course"), "study": _("study")}
    return [known.get(part.strip(), part.strip()) for part in purpose.split("+")]


def words(kind: str, _: Translate) -> Words:
    """Return the sentences of the commuting chapter that depend on what the flows are."""
    return {SURVEY: _survey, COUNT: _count, MOVES: _moves}[kind](_)


def _daily(_: Translate) -> Words:
    return {
        "fact": _(
            "In {year}, {share} of the commuters who live around {core} travelled there every day: "
            "from {least_share} in {least} to {most_share} in {most}."
        ),
        "column": _("Commuters who travel to the core"),
        "map": _("Commuters, {year}"),
        "dependence": _(
            "The share of an area's commuters whose destination lies in the core. It is a share "
            "of those who leave their area, not of all workers."
        ),
        "to_core": _("Share of commuters who go to the core"),
        "to_core_caption": _(
            "{most} sends the largest share of its commuters to the core, {least} the smallest "
            "({year})."
        ),
        "contained": _(
            "Of its residents who are on the move for {purpose}, {most} keeps the largest share "
            "within its borders ({high}), {least} the smallest ({low}); {year}."
        ),
        "decay_heading": _("How distance thins out commuting"),
        "power": _(
            "Doubling the distance between two areas leaves {left} of the commuters ({low} to "
            "{high}; {year}, other things equal)."
        ),
        "km": _(
            "Every ten kilometres more between two areas leave {left} of the commuters ({low} to "
            "{high}; {year}, other things equal)."
        ),
        "minutes": _(
            "Every ten minutes more between two areas leave {left} of the commuters ({low} to "
            "{high}; {year}, other things equal)."
        ),
        "centres": _(
            "How evenly commuters spread over centres ({index} in {year}; none would be one "
            "centre alone, the most an even web): evenness of the people who arrive, times the "
            "share of links on which the table has anybody; slope of arrivals over rank; entropy "
            "of all links; and who stays within {metro}"
        ),
    }


def _survey(_: Translate) -> Words:
    return _daily(_) | {
        "total": _(
            "In {year}, about {commuters} residents of {metro} crossed the border of their area "
            "every day for {purpose} ({source}; an estimate of a survey, whose sampling error is "
            "not published). Of those who live outside the core, {share} went to the core."
        ),
        "gains": _(
            "{most} depends most on the core: {high} of its commuters go there; {least} depends "
            "least, with {low}. By the same estimates the core as a whole gains about {net} people "
            "a day from the areas around it."
        ),
        "loses": _(
            "{most} depends most on the core: {high} of its commuters go there; {least} depends "
            "least, with {low}. By the same estimates the core as a whole loses about {net} people "
            "a day to the areas around it."
        ),
        "limits": _(
            "The survey counts people, not trips, and it asked a sample: {blank} of {pairs} pairs "
            "of areas have nobody in it in {year}, which means unknown, not zero. Sampling errors "
            "are not printed."
        ),
        "complete": _(
            "The survey counts people, not trips, and it asked a sample. It has somebody on each "
            "of the {pairs} pairs of areas in {year}. Sampling errors are not printed."
        ),
        "closed": _(
            "{shown} Not drawn: {pairs} pairs of areas with nobody in the sample. The table names "
            "no place outside {metro}."
        ),
        "all": _(
            "About {total} people in all commute in the metropolitan area, by the estimate of the "
            "survey."
        ),
        "net_gain": _("As a whole the core gains about {net} people a day, by the same estimate."),
        "net_loss": _("As a whole the core loses about {net} people a day, by the same estimate."),
        "unseen": _("nobody in the sample"),
        "mapped": _(
            "{shown} Not drawn: {outside} people whose destination lies outside {metro}, and "
            "{pairs} pairs of areas with nobody in the sample."
        ),
        "largest": _(
            "The largest flow of {year}, by the estimates of the survey: about {value} people "
            "from {origin} to {destination}."
        ),
        "balance": _(
            "On a working day ({year}), by the estimates of the survey: areas that gain people, "
            "{gaining} ({gaining_names}); areas that lose people, {losing} ({losing_names})."
        ),
        "balanced": _(
            "On a working day ({year}), by the estimates of the survey: areas that gain people, "
            "{gaining} ({gaining_names}); that lose people, {losing} ({losing_names}); about "
            "balanced, with a difference below {limit} of all who cross the border, {balanced} "
            "({balanced_names})."
        ),
        "say": _(
            "The numbers are estimates from a sample. They say where people go on a working day; "
            "they do not say why, and dependence for work says nothing about dependence in other "
            "things."
        ),
    }


def _plain(_: Translate) -> Words:
    return {
        "net_gain": _("As a whole the core gains {net} people by them."),
        "net_loss": _("As a whole the core loses {net} people by them."),
        "unseen": _("not in the table"),
        "mapped": _(
            "{shown} Not drawn: {outside} people whose destination lies outside {metro}, and "
            "{pairs} pairs of areas that the table does not have."
        ),
        "closed": _(
            "{shown} Not drawn: {pairs} pairs of areas that the table does not have. It names no "
            "place outside {metro}."
        ),
        "largest": _(
            "The largest flow of {year}: {value} people from {origin} to {destination}."
        ),
        "balance": _(
            "By the table of {year}: areas that gain people, {gaining} ({gaining_names}); areas "
            "that lose people, {losing} ({losing_names})."
        ),
        "balanced": _(
            "By the table of {year}: areas that gain people, {gaining} ({gaining_names}); that "
            "lose people, {losing} ({losing_names}); about balanced, with a difference below "
            "{limit} of all who cross the border, {balanced} ({balanced_names})."
        ),
    }  # fmt: skip


def _count(_: Translate) -> Words:
    return (
        _daily(_)
        | _plain(_)
        | {
            "all": _("In all, {total} people commute in the metropolitan area."),
            "total": _(
                "In {year}, {commuters} residents of {metro} crossed the border of their area for "
                "{purpose} ({source}). Of those who live outside the core, {share} went to the "
                "core."
            ),
            "gains": _(
                "{most} depends most on the core: {high} of its commuters go there; {least} "
                "depends least, with {low}. The core as a whole gains {net} people from the areas "
                "around it."
            ),
            "loses": _(
                "{most} depends most on the core: {high} of its commuters go there; {least} "
                "depends least, with {low}. The core as a whole loses {net} people to the areas "
                "around it."
            ),
            "limits": _(
                "The table counts people, not trips. It has no number for {blank} of {pairs} "
                "pairs of areas in {year}; whether anybody travels between them is not known."
            ),
            "complete": _(
                "The table counts people, not trips. It has a number for each of the {pairs} pairs "
                "of areas in {year}."
            ),
            "say": _(
                "The numbers say where people go; they do not say why, and dependence for work "
                "says nothing about dependence in other things."
            ),
        }
    )


def _moves(_: Translate) -> Words:
    return _plain(_) | {
        "fact": _(
            "In {year}, {share} of the people who moved away from an area around {core} moved "
            "there: from {least_share} in {least} to {most_share} in {most}."
        ),
        "column": _("Of those who leave, to the core"),
        "all": _("In all, {total} people moved their home from one area to another."),
        "total": _(
            "In {year}, {commuters} people moved their home across the border of an area of "
            "{metro} ({source}). Of those who left an area outside the core, {share} moved to the "
            "core."
        ),
        "gains": _(
            "Of all areas, {most} sends the largest share of those who leave it to the core, "
            "{high}, and {least} the smallest, {low}. By these moves the core as a whole gains "
            "{net} people from the areas around it."
        ),
        "loses": _(
            "Of all areas, {most} sends the largest share of those who leave it to the core, "
            "{high}, and {least} the smallest, {low}. By these moves the core as a whole loses "
            "{net} people to the areas around it."
        ),
        "limits": _(
            "The table counts people who moved their home, not daily journeys: it says where "
            "people go to live, not where they work. It has no number for {blank} of {pairs} "
            "pairs of areas in {year}; whether anybody moves between them is not known."
        ),
        "complete": _(
            "The table counts people who moved their home, not daily journeys: it says where "
            "people go to live, not where they work. It has a number for each of the {pairs} pairs "
            "of areas in {year}."
        ),
        "map": _("People who moved, {year}"),
        "dependence": _("The share of those who leave an area who move to the core."),
        "to_core": _("Share of those who leave who move to the core"),
        "to_core_caption": _(
            "Of those who leave it, {most} sends the largest share to the core, {least} the "
            "smallest ({year})."
        ),
        "contained": _(
            "Of the people who move their home, {most} keeps the largest share within its borders "
            "({high}), {least} the smallest ({low}); {year}."
        ),
        "decay_heading": _("How distance thins out moves of residence"),
        "power": _(
            "Doubling the distance between two areas leaves {left} of the moves ({low} to {high}; "
            "{year}, other things equal)."
        ),
        "km": _(
            "Every ten kilometres more between two areas leave {left} of the moves ({low} to "
            "{high}; {year}, other things equal)."
        ),
        "minutes": _(
            "Every ten minutes more between two areas leave {left} of the moves ({low} to {high}; "
            "{year}, other things equal)."
        ),
        "centres": _(
            "How evenly people who move spread over areas ({index} in {year}; none would be one "
            "area alone, the most an even web): evenness of the people who arrive, times the share "
            "of links on which the table has anybody; slope of arrivals over rank; entropy of all "
            "links; and who stays within {metro}"
        ),
        "say": _(
            "The numbers say where people move their home; they do not say why, and they say "
            "nothing about where people work."
        ),
    }

"""People: how many live in the areas of a study, and in which way they were counted."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import pandas as pd

from metrobook.commuting.zones import widest_year
from metrobook.render.gravity import PEOPLE
from metrobook.study import Study


def counted_people(study: Study, codes: Iterable[str]) -> pd.DataFrame:
    """Return the people of areas in the one count and year that most of the areas have.

    Of ways of counting that equally many areas have, the first of
    :data:`metrobook.render.gravity.PEOPLE` is taken; ways are not mixed.

    Parameters
    ----------
    study : Study
    codes : iterable of str

    Returns
    -------
    pandas.DataFrame
        Rows of the indicators with ``concept``; empty if nobody was counted.
    """
    definitions = study.table("indicator_definitions").set_index("indicator")
    panel, codes = study.table("indicators"), list(codes)
    panel = panel.assign(concept=panel["indicator"].map(definitions["concept"]))
    return max((widest_year(panel[panel["concept"] == way], codes) for way in PEOPLE), key=len)


def people_title(people: pd.DataFrame, _: Callable[[str], str]) -> str:
    """Return what the result of :func:`counted_people` is called, with its year."""
    if people.empty:
        return _("Population")
    titles = {
        "population-register": _("Registered population, {year}"),
        "population-census": _("Population by the census, {year}"),
        "population-projection": _("Population by projection, {year}"),
    }
    return titles[people["concept"].iloc[0]].format(year=people["year"].iloc[0])

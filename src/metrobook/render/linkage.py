"""Views of linkage: which indicators count, what the pictures show, and the leading sentences."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from markupsafe import Markup

from metrobook import linkage
from metrobook.render.chapter import Chapter

Found = Mapping[str, linkage.Comovement]
"""Co-movement with the core, by buffer."""
Choose = Callable[[pd.DataFrame, bool], list[str]]


def whole_table(found: Found) -> pd.DataFrame:
    """Return the tables of all buffers in one, with ``area_code``."""
    tables = [one.table.assign(area_code=area) for area, one in found.items()]
    return pd.concat(tables, ignore_index=True)


def counted(
    table: pd.DataFrame,
    definitions: pd.DataFrame,
    not_levels: Collection[str],
    parts: Mapping[str, Sequence[str]],
    least_areas: int,
    composites: bool = True,
) -> list[str]:
    """Return the indicators that count in the answer, by one rule for every study.

    Of each concept the longest series counts, of equals the one with the most areas, if enough
    areas could be ranked. Amounts that grow with the size of an area do not count, and a composite
    stands for its components, or they for it.

    Parameters
    ----------
    table : pandas.DataFrame
        Result of :func:`whole_table`.
    definitions : pandas.DataFrame
        ``indicator``, ``concept``.
    not_levels : collection of str
        Concepts that do not count.
    parts : mapping of str to sequence of str
        Concepts of the components by the concept of the composite.
    least_areas : int
        Areas that must be ranked.
    composites : bool
        False counts the components in place of each composite.
    """
    concept = table["indicator"].map(definitions.set_index("indicator")["concept"])
    left_out = [*not_levels, *(() if composites else parts)]
    enough = table["rank"].notna() & (table["areas"] >= least_areas)
    rows = table[enough & ~concept.isin(left_out)]
    rows = linkage.one_per_concept(rows, definitions, by=["changes", "areas"])
    rows = linkage.without_components(rows, definitions, parts)
    return list(dict.fromkeys(rows.sort_values(["p_placebo", "indicator"])["indicator"]))


def together(found: Found, indicators: Iterable[str], by: str = "pearson") -> pd.DataFrame:
    """Return the places of all areas over several indicators, with ``of``, the buffer."""
    indicators = list(indicators)
    return pd.concat(
        [
            linkage.together(one, indicators, area, by).assign(of=area)
            for area, one in found.items()
        ],
        ignore_index=True,
    )


def own_place(joint: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of the buffers themselves, with ``p`` and ``smallest_p``."""
    own = joint[joint["area_code"] == joint["of"]]
    return own.assign(p=own["rank"] / own["areas"], smallest_p=1 / own["areas"])


def ways_of_counting(
    calculate: Callable[[Collection[int]], Found], choose: Choose, shock: Sequence[int]
) -> pd.DataFrame:
    """Return the place of the buffers by every combination of three choices.

    Parameters
    ----------
    calculate : callable
        Takes the years to leave out.
    choose : callable
        Takes the result of :func:`whole_table` and whether composites stand for their components.
    shock : sequence of int
        Years that are once left in and once left out.

    Returns
    -------
    pandas.DataFrame
        ``without_shock``, ``composites`` (booleans), ``statistic``, ``indicators`` (number),
        ``of``, ``mean``, ``rank``, ``areas``, ``p``; the first row of each buffer is the main one.
    """
    rows = []
    for left_out in [(), shock] if shock else [()]:
        found = calculate(left_out)
        for composites in (True, False):
            indicators = choose(whole_table(found), composites)
            for statistic in ("pearson", "spearman"):
                own = own_place(together(found, indicators, statistic))
                rows.append(
                    own.assign(
                        without_shock=bool(left_out),
                        composites=composites,
                        statistic=statistic,
                        indicators=len(indicators),
                    )
                )
    columns = ["without_shock", "composites", "statistic", "indicators", "of", "mean", "rank",
               "areas", "p"]  # fmt: skip
    return pd.concat(rows, ignore_index=True)[columns]


def strips(
    chapter: Chapter,
    found: Found,
    indicators: Sequence[str],
    joint: pd.DataFrame,
    titles: Mapping[str, str],
) -> pd.DataFrame:
    """Return the rows of the leading picture: all together, then each indicator.

    Parameters
    ----------
    chapter : Chapter
    found : mapping
    indicators : sequence of str
    joint : pandas.DataFrame
        Result of :func:`together`.
    titles : mapping
        Names of indicators.

    Returns
    -------
    pandas.DataFrame
        ``label``, ``of``, ``area_code``, ``value``, ``role``, ``note``.
    """
    _ = chapter.gettext
    own, table = own_place(joint).set_index("of"), whole_table(found)
    parts = []
    for area, one in found.items():
        before = "" if len(found) == 1 else chapter.study.name(area, chapter.language) + ": "
        place = lambda row: _("{rank} of {areas}").format(  # noqa: E731
            rank=chapter.format(row["rank"]), areas=chapter.format(row["areas"])
        )
        if area in own.index:
            values = joint[joint["of"] == area].rename(columns={"mean": "value"})
            label, note = before + _("All together (mean)"), place(own.loc[area])
            parts.append(values.assign(label=label, note=note))
        rows = table[table["area_code"] == area].set_index("indicator")
        for indicator in [name for name in indicators if name in rows.index]:
            row = rows.loc[indicator]
            values = pd.concat(
                [
                    row[["area_code", "pearson"]].to_frame().T,
                    one.placebos[one.placebos["indicator"] == indicator],
                ]
            ).rename(columns={"pearson": "value"})
            label = f"{before}{titles[indicator]}, {row['first']}–{row['last']}"
            parts.append(values.assign(label=label, note=place(row), of=area))
    frame = pd.concat(parts, ignore_index=True)
    frame["role"] = (frame["area_code"] == frame["of"]).map({True: "buffer", False: "placebo"})
    return frame[["label", "of", "area_code", "value", "role", "note"]].astype({"value": float})


def tied_sentence(
    own: pd.DataFrame,
    count: int,
    level: float,
    core: str,
    names: Mapping[str, str],
    chapter: Chapter,
    firm: bool = True,
) -> str:
    """Say whether the buffers go with the core more than other areas do.

    Parameters
    ----------
    own : pandas.DataFrame
        Result of :func:`own_place`, with at least one row.
    count : int
        Indicators taken together.
    level : float
        Probability up to which a place is called more than chance.
    core : str
        Name of the core.
    names : mapping
        Names of areas.
    chapter : Chapter
        Its catalogue and its way to write numbers.
    firm : bool
        Whether all ways of counting give the same answer.
    """
    _ = chapter.gettext
    if len(own) > 1:
        text = _(
            "Taken over {count} indicators together, {marked} of {buffers} buffer cities "
            "change with {core} more closely than chance would explain, ranked by the "
            "mean correlation of yearly changes. Places: {places}."
        )
        each = _("{area} {rank} of {areas}")
        places = "; ".join(
            each.format(area=names[row.of], rank=row.rank, areas=row.areas)
            for row in own.itertuples()
        )
        marked = int((own["p"] <= level).sum())
        return text.format(count=count, marked=marked, buffers=len(own), core=core, places=places)
    row = own.iloc[0]
    if not firm:
        text = _(
            "Whether {buffer} changes with {core} more closely than other areas do depends on how "
            "it is counted: by the main way, over {count} indicators together, it comes in place "
            "{rank} of {areas} areas by the mean correlation of yearly changes."
        )
    elif row["p"] <= level:
        text = _(
            "{buffer} changes with {core} more closely than one would expect of any other"
            " area: over {count} indicators together it comes in place {rank} of {areas} "
            "areas, by the mean correlation of yearly changes."
        )
    elif row["p"] <= 0.5:
        text = _(
            "{buffer} changes with {core} more closely than most other areas do, but not "
            "so closely that chance can be ruled out: over {count} indicators together it"
            " comes in place {rank} of {areas} areas, by the mean correlation of yearly "
            "changes; only the first {needed} would have been called more than chance."
        )
    else:
        text = _(
            "{buffer} changes with {core} no more closely than most other areas do: over "
            "{count} indicators together it comes in place {rank} of {areas} areas, by "
            "the mean correlation of yearly changes."
        )
    return text.format(
        buffer=names[row["of"]],
        core=core,
        count=chapter.format(count),
        rank=chapter.format(row["rank"]),
        areas=chapter.format(row["areas"]),
        needed=chapter.format(int(level * row["areas"] + 1e-9)),
    )


def first_places_needed(tests: int, smallest: float, level: float) -> int:
    """Return how many tests must reach the smallest p for any to remain at a rate of false ones.

    Examples
    --------
    >>> first_places_needed(14, 1 / 17, 0.1)
    9
    """
    return int(np.ceil(tests * smallest / level - 1e-9))


def started(chapter: Chapter) -> pd.DataFrame:
    """Return the dated starts of programmes in the settings of the study.

    Returns
    -------
    pandas.DataFrame
        ``year``, ``area_code``, ``name``, ``ground`` (HTML: the claim, or who published the item
        that dates the start), ``claimed`` (nothing but a claim dates it).
    """
    study = chapter.study
    evidence = study.table("evidence").set_index("evidence_id")["source_id"]
    claims = set(study.table("claims")["claim_id"])
    link = Markup('<a href="08-conclusions.html#claim-{0}">{0}</a>')

    def ground(start: Mapping[str, Any]) -> Markup | str:
        if start.get("evidence") in evidence:
            return chapter.cite(evidence[start["evidence"]])
        known = start.get("claim") in claims
        return link.format(start["claim"]) if known else chapter.gettext("not collected")

    rows = [
        (
            start["year"], start["area"], start.get(chapter.language) or start["en"],
            ground(start), "claim" in start,
        )
        for start in study.settings.get("programme_starts", [])
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=["year", "area_code", "name", "ground", "claimed"])


def events_tested(
    events: pd.DataFrame, definitions: pd.DataFrame, parts: Mapping[str, Sequence[str]]
) -> pd.DataFrame:
    """Return the starts that could be tested, one series of each concept, with two more columns.

    Parameters
    ----------
    events : pandas.DataFrame
        Results of :func:`metrobook.linkage.event_study` with ``area_code``.
    definitions : pandas.DataFrame
        ``indicator``, ``concept``, ``direction``.
    parts : mapping of str to sequence of str

    Returns
    -------
    pandas.DataFrame
        With ``better`` (the area stood better than its comparison, by the direction of the
        indicator) and ``q`` (p of the synthetic control after Benjamini & Hochberg 1995).
    """
    rows = events[events["reason"].isna()]
    rows = rows.assign(tests=rows.groupby("indicator")["start"].transform("size"))
    rows = linkage.one_per_concept(rows, definitions, by=["tests", "areas"])
    rows = linkage.without_components(rows, definitions, parts).drop(columns="tests")
    sign = definitions.set_index("indicator")["direction"].map({"higher": 1, "lower": -1})
    rows["better"] = rows["gap"] * rows["indicator"].map(sign) > 0
    rows["q"] = linkage.false_discovery_rate(rows["p"])
    return rows.sort_values(["area_code", "indicator", "start"], ignore_index=True)


def untestable(reason: str, chapter: Chapter) -> str:
    """Say why a start could not be tested."""
    _ = chapter.gettext
    return {
        "unit": _("no value of the buffer"),
        "break": _("the definition changed close to the start"),
        "before": _("too few years before"),
        "after": _("too few years after"),
        "donors": _("too few comparison areas with all years"),
        "variation": _("all areas moved alike"),
    }[reason]


def difference(value: float, scale: str, unit: str, chapter: Chapter) -> str:
    """Write a gap to a comparison: in per cent, in percentage points or in the unit itself."""
    _ = chapter.gettext
    size = _per_cent(value) if scale == "log" else value
    number = chapter.format(size, 1 if abs(size) >= 1 else 2)
    if scale == "log":
        return _("{value} per cent").format(value=number)
    if unit in ("percent", "persen"):
        return _("{value} percentage points").format(value=number)
    return f"{number} {unit}"


def short_difference(value: float, scale: str, chapter: Chapter) -> str:
    """Write a gap on an axis: with a per cent sign, or as a bare number of the unit."""
    if scale != "log":
        return chapter.format(value, 1)
    return chapter.format_share(_per_cent(value) / 100, 0 if value % 1 == 0 else 1)


def _per_cent(logs: float) -> float:
    """Return per cent from logarithms times a hundred: of great gaps the two differ much."""
    return 100 * np.expm1(logs / 100)


def with_interval(chapter: Chapter, value: float, low: float, high: float) -> str:
    """Write a value with its interval."""
    text = chapter.format(value, 2)
    known = not (pd.isna(low) or pd.isna(high))
    return f"{text} ({chapter.format(low, 2)}; {chapter.format(high, 2)})" if known else text


def outproducing(gaps: pd.DataFrame, definitions: pd.DataFrame) -> tuple[int, int, int] | None:
    """Return how many zones outside the core produce more than it, of how many, and the year.

    Parameters
    ----------
    gaps : pandas.DataFrame
        Result of :func:`metrobook.linkage.ratio_gap` for the zones outside the core.
    definitions : pandas.DataFrame
        ``indicator``, ``concept``. The constant-price product is used, else the current-price
        one; of several series, and of its years, the one with the most zones, then the latest.

    Returns
    -------
    tuple of int or None
        None if no year has values of the core and a zone.
    """
    concept = gaps["indicator"].map(definitions.set_index("indicator")["concept"])
    for wanted in ("grdp-constant", "grdp-current"):
        groups = gaps[concept == wanted].groupby(["indicator", "year"])
        if len(groups):
            sizes = groups.size().reset_index(name="zones")
            best = sizes.sort_values(["zones", "year"]).iloc[-1]
            rows = groups.get_group((best["indicator"], best["year"]))
            return int((rows["gap"] > 0).sum()), len(rows), int(best["year"])
    return None


def spread_rows(
    found: linkage.Diffusion, adoptions: pd.DataFrame, buffers: Collection[str]
) -> pd.DataFrame:
    """Return the dated adopters for the chart, those without a known place too.

    Parameters
    ----------
    found : linkage.Diffusion
    adoptions : pandas.DataFrame
        ``adopter``, ``year``, ``quality``, ``government_code``.
    buffers : collection of str
        Government codes of the buffers.
    """
    placeless = adoptions[adoptions["government_code"].isna()].drop_duplicates("adopter")
    rows = pd.concat([found.adopters, placeless[["adopter", "year", "quality"]]], ignore_index=True)
    rows["role"] = rows["government_code"].isin(list(buffers)).map({True: "buffer", False: "other"})
    columns = ["adopter", "government_code", "year", "distance", "quality", "role"]
    return rows.dropna(subset=["year"]).astype({"year": int})[columns]

"""Which zones of a file are areas of a study, and which of them are taken."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from fnmatch import fnmatchcase

import pandas as pd
from rapidfuzz import fuzz, process

from metrobook.exchange.project import ForeignFileError, Report
from metrobook.imports.matching import CITIES, RURALS, Areas, bare, counted, spelled
from metrobook.study import Study

WAYS = ("code", "name")
UNLIKE = 55
NEAR = 70
EACH = 8
SHOWN = 5


@dataclass
class Taken:
    """The zones that go into the layer.

    Attributes
    ----------
    rows : pandas.DataFrame
        ``code`` (the id in the file, cleaned), ``name`` and ``area_code``; its index is a part of
        that of the file.
    sentences : list of str
    """

    rows: pd.DataFrame
    sentences: list[str] = field(default_factory=list)


def wanted_areas(study: Study, layer: str) -> pd.DataFrame:
    """Return the areas of a study that a layer is to show.

    Those with a role, and others of the same levels; of the layer ``districts`` the parts of
    areas with a role.
    """
    areas = study.areas
    roles = areas["role"] != ""
    if layer == "districts":
        return areas[areas["parent_code"].isin(study.zones)]
    return areas[roles | areas["level"].isin(areas.loc[roles, "level"])]


def match_zones(zones: pd.DataFrame, areas: pd.DataFrame, ways: Iterable[str]) -> pd.DataFrame:
    """Find the area that each zone is, by its code first, then by its name.

    Parameters
    ----------
    zones : pandas.DataFrame
        ``code`` and ``name`` as text, blank where there is none.
    areas : pandas.DataFrame
        The areas that may be found, as in the areas table.
    ways : iterable of str
        ``code``, ``name`` or both.

    Returns
    -------
    pandas.DataFrame
        ``zones`` with ``area_code`` (blank where none was found) and ``way``.
    """
    matched = zones.assign(area_code="", way="")
    for way, kind in (("code", None), ("name", None), ("name", CITIES), ("name", RURALS)):
        open_areas = areas[~areas["area_code"].isin(matched["area_code"])]
        open_zones = matched[(matched["area_code"] == "") & (matched[way] != "")]
        if way == "name":
            open_zones = open_zones[_means_one(open_zones)]
        if kind is not None:
            open_areas = open_areas[_are(kind, open_areas.filter(like="name_"))]
            open_zones = open_zones[_are(kind, open_zones[["name"]])]
        if way not in ways or open_areas.empty or open_zones.empty:
            continue
        texts = open_zones[way]
        found = Areas(areas, open_areas["area_code"]).match(texts).codes(texts)
        found = found[found != ""]
        matched.loc[found.index, "area_code"] = found
        matched.loc[found.index, "way"] = way
    return _with_all_parts(matched)


def _are(kind: set[str], names: pd.DataFrame) -> pd.Series:
    """Tell of each row whether one of its names holds a word of a kind, such as "city"."""
    return names.map(lambda name: bool(kind & {*spelled(str(name)).split()})).any(axis=1)


def _with_all_parts(matched: pd.DataFrame) -> pd.DataFrame:
    """Give rows of one id the area that one of them was found to be."""
    found = matched[(matched["area_code"] != "") & (matched["code"] != "")]
    one = found.drop_duplicates("code").set_index("code")
    part = (matched["area_code"] == "") & matched["code"].isin(one.index)
    for column in ("area_code", "way"):
        matched.loc[part, column] = matched.loc[part, "code"].map(one[column])
    return matched


def take(
    matched: pd.DataFrame,
    areas: pd.DataFrame,
    study: Study,
    only: str,
    inside: pd.Series,
    report: Report,
) -> Taken:
    """Take the zones that are areas of the study, or those that ``only`` names, or all.

    Parameters
    ----------
    matched : pandas.DataFrame
        As :func:`match_zones` returns it.
    areas : pandas.DataFrame
        The areas that were looked for; where there are none, all zones are taken.
    study : Study
    only : str
        Codes separated by semicolons, also with ``*``; empty for the areas of the study.
    inside : pandas.Series
        Tells of each zone whether it lies in the study though no area is known yet.
    report : Report

    Raises
    ------
    ForeignFileError
        If no zone would be taken, a taken zone has no id, or two zones are the same area.
    """
    known = matched["area_code"] != ""
    if only:
        kept = matched[_named(matched, only)]
        if kept.empty:
            examples = ", ".join(matched.loc[matched["code"] != "", "code"].head(SHOWN))
            raise ForeignFileError(f"No zone has a code such as {only}; there are {examples} …")
    elif areas.empty and not inside.any():
        kept = matched
    else:
        kept = matched[known | inside]
        if kept.empty:
            raise ForeignFileError(_none_fits(matched, areas, study))
    sentences = _sentences(matched, kept, areas, study, only)
    left = matched.drop(kept.index)
    nameless = (left["code"] == "") & (left["area_code"] == "") if only else left["code"].isna()
    report.lost("zones", int((~nameless).sum()), _why_left(only, study))
    report.lost("zones", int(nameless.sum()), "no id, or a name that several have: --id names ids")
    _refuse_nameless(kept)
    kept = kept.assign(area_code=kept["area_code"].where(kept["area_code"] != "", kept["code"]))
    _refuse_confusion(kept, study)
    _report_missing(kept, matched, areas, study, report)
    return Taken(kept, sentences)


def unlike_names(kept: pd.DataFrame, areas: pd.DataFrame) -> list[str]:
    """Return areas that were found by code while the names differ, as ``3277: Cimahi, Depok``."""
    names = [column for column in areas if column.startswith("name_")]
    known = areas.set_index("area_code")
    found = []
    for row in kept[(kept["way"] == "code") & (kept["name"] != "")].itertuples():
        own = [name for name in known.loc[row.area_code, names] if isinstance(name, str)]
        if max(fuzz.WRatio(bare(row.name), bare(name)) for name in own) < UNLIKE:
            found.append(f"{row.area_code}: {own[0]} in the study, {row.name} in the file")
    return found


def _means_one(zones: pd.DataFrame) -> pd.Series:
    """Tell whether the name of a zone is that of no other zone of the file."""
    names = zones["name"].map(spelled)
    identity = zones["code"].where(zones["code"] != "", zones.index.astype(str))
    return identity.groupby(names).transform("nunique") == 1


def _named(matched: pd.DataFrame, only: str) -> pd.Series:
    patterns = [pattern.strip() for pattern in only.split(";") if pattern.strip()]
    return pd.Series(
        [
            any(code and fnmatchcase(code, pattern) for code in codes for pattern in patterns)
            for codes in zip(matched["code"], matched["area_code"], strict=True)
        ],
        index=matched.index, dtype=bool,
    )  # fmt: skip


def _sentences(
    matched: pd.DataFrame, kept: pd.DataFrame, areas: pd.DataFrame, study: Study, only: str
) -> list[str]:
    counts = [(kept["way"] == way).sum() for way in WAYS]
    by = [f"{count} by their {way}" for count, way in zip(counts, WAYS, strict=True) if count]
    if by:
        total = kept.loc[kept["way"] != "", "area_code"].nunique()
        sentences = [f"{total} of {len(areas)} areas of {study.id} were found: {', '.join(by)}."]
    elif only:
        sentences = [f"Zones taken, as --only says: {len(kept):,}."]
    else:
        sentences = [f"All {len(kept):,} rows are taken, since no area has a role in the study."]
    unlike = unlike_names(kept, study.areas)
    if unlike:
        more = " …" if len(unlike) > SHOWN else ""
        sentences.append(
            "Look at these, whose code fits and whose name does not: "
            f"{'; '.join(unlike[:SHOWN])}{more}. If they are other places, say --match name."
        )
    return sentences


def _why_left(only: str, study: Study) -> str:
    if only:
        return "--only does not name them"
    return f"no area of {study.id}; --only takes further zones by their codes, --only '*' all"


def _refuse_nameless(kept: pd.DataFrame) -> None:
    nameless = kept[(kept["area_code"] == "") & (kept["code"] == "")]
    if len(nameless):
        rows = ", ".join(map(str, nameless.index[:SHOWN])) + (" …" if len(nameless) > SHOWN else "")
        raise ForeignFileError(
            f"{counted(len(nameless), 'zone')} without an id: rows {rows}. Give them one in the "
            "file, name another column with --id, or leave them out with --only '*'. Nothing "
            "was imported."
        )


def _refuse_confusion(kept: pd.DataFrame, study: Study) -> None:
    """Refuse two zones under one code, unless they have the same id: those are its parts."""
    strangers = kept[(kept["way"] == "") & kept["code"].isin(study.areas["area_code"])]
    taken = kept.loc[kept["way"] != "", "area_code"]
    clash = strangers[strangers["code"].isin(taken)]
    if len(clash):
        row = clash.iloc[0]
        raise ForeignFileError(
            f"The zone {row['code']} ({row['name']}) has the code of another area of "
            f"{study.id}, {study.name(row['code'], 'en')}. Leave it out with --only."
        )
    several = kept.groupby("area_code")["code"].nunique()
    for code in several[several > 1].index:
        zones = " and ".join(sorted(set(kept.loc[kept["area_code"] == code, "code"]))[:SHOWN])
        raise ForeignFileError(
            f"The zones {zones} both fit the area {code} ({study.name(code, 'en')}). Choose with "
            "--only, or --match code or name."
        )


def _report_missing(
    kept: pd.DataFrame, matched: pd.DataFrame, areas: pd.DataFrame, study: Study, report: Report
) -> None:
    """Name the areas with a role that no zone fits, each with the zone whose name is nearest."""
    missing = areas[(areas["role"] != "") & ~areas["area_code"].isin(kept["area_code"])]
    for code in missing["area_code"].head(EACH):
        report.lost(f"{code} {study.name(code, 'en')}", 1, _guess(code, matched, study))
    report.lost("further areas", len(missing[EACH:]), "no polygon")


def _guess(code: str, matched: pd.DataFrame, study: Study) -> str:
    free = matched[(matched["area_code"] == "") & (matched["name"] != "")]
    name = study.name(code, "en")
    same = free[free["name"].map(bare) == bare(name)]
    if len(same) > 1:
        labels = list((same["code"] + " " + same["name"]).str.strip())[:SHOWN]
        return f"no polygon: {' and '.join(labels)} have this name; write its code into areas.csv"
    names = dict(zip(free.index, free["name"].map(bare), strict=True))
    near = process.extractOne(bare(name), names, scorer=fuzz.WRatio, score_cutoff=NEAR)
    if not near:
        return "no polygon: no code fits, and no name comes near"
    zone = free.loc[near[2]]
    return f"no polygon: no code or name fits; nearest is {zone['code']} {zone['name']}"


def _none_fits(matched: pd.DataFrame, areas: pd.DataFrame, study: Study) -> str:
    zones = (matched["code"] + " " + matched["name"]).str.strip()
    wanted = areas.loc[areas["role"] != "", "area_code"].head(3)
    near = "; ".join(
        f"{code} {study.name(code, 'en')}: {_guess(code, matched, study)}" for code in wanted
    )
    return (
        f"Not one of the {len(matched):,} zones ({', '.join(zones.head(3))} …) is an area of "
        f"{study.id}. {near}. Name other columns with --id (A+B where codes are split) and "
        "--name, write the codes of the file into areas.csv and study.yml, or take zones by their "
        "codes with --only ('*' takes all)."
    )

"""The framework matrix: a written synthesis of what each group of actors said, by category.

Rows are groups of actors, columns the categories of the codebook (Ritchie & Spencer 1994;
Ritchie, Lewis, Nicholls & Ormston 2013, chapters 10-11). Each synthesis names the items behind
it, so that a reader can go back from the summary to the material.
"""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from metrobook.coding.offices import office_of

CELL = ["actor", "category"]
GAPS = ("unwritten", "uncited", "in no group")

Finding = tuple[str, str, str, str, str]


def item_categories(codings: pd.DataFrame, codebook: pd.DataFrame) -> pd.DataFrame:
    """Return the categories that each item carries: those of any code that any coder gave it.

    Parameters
    ----------
    codings : pandas.DataFrame
        Columns ``evidence_id``, ``coder``, ``code``.
    codebook : pandas.DataFrame
        Columns ``category``, ``code``.

    Returns
    -------
    pandas.DataFrame
        ``evidence_id``, ``category``, ``coders`` (how many placed the item there, by whichever
        code).

    Examples
    --------
    >>> codings = pd.DataFrame({"evidence_id": ["S1", "S1"], "coder": ["a", "b"],
    ...                         "code": ["scale", "focus"]})
    >>> codebook = pd.DataFrame({"category": ["development"] * 2, "code": ["scale", "focus"]})
    >>> item_categories(codings, codebook).to_numpy().tolist()
    [['S1', 'development', 2]]
    """
    placed = codings.merge(codebook[["category", "code"]], on="code")
    return placed.groupby(["evidence_id", "category"], as_index=False).agg(
        coders=("coder", "nunique")
    )


def framework(
    actors: pd.DataFrame,
    syntheses: pd.DataFrame,
    codings: pd.DataFrame,
    codebook: pd.DataFrame,
    items: pd.DataFrame,
) -> pd.DataFrame:
    """Return the framework matrix as a tidy frame, one row per group of actors and category.

    Parameters
    ----------
    actors : pandas.DataFrame
        Groups of actors: ``actor``, ``order``, ``evidence_ids`` (separated by ``;``).
    syntheses : pandas.DataFrame
        ``actor``, ``category``, ``evidence_ids``, and ``text_<language>`` and
        ``dissent_<language>`` for each language.
    codings : pandas.DataFrame
        Columns ``evidence_id``, ``coder``, ``code``.
    codebook : pandas.DataFrame
        Columns ``category``, ``code``, in the order in which they shall appear.
    items : pandas.DataFrame
        The statements and interviews that readers may see: ``evidence_id``, ``date``,
        ``speaker``.

    Returns
    -------
    pandas.DataFrame
        All groups in their order by all categories in theirs: ``actor``, ``category``,
        ``n_items``, ``n_offices``, ``first_year``, ``last_year``, ``evidence_ids`` (all items of
        the cell by date), ``one_coder`` (those that a single one of several coders placed there),
        and the texts. The texts are missing where none was written, where the cell has no item,
        and where they rest on an item that is not among ``items``.
    """
    counts = _said(actors, codings, codebook, items).groupby(CELL, as_index=False).agg(
        n_items=("evidence_id", "nunique"),
        n_offices=("office", "nunique"),
        first_year=("year", "min"),
        last_year=("year", "max"),
        evidence_ids=("evidence_id", ";".join),
        one_coder=("one_coder", lambda ids: ";".join(ids.dropna())),
    )  # fmt: skip
    shown = set(items["evidence_id"])
    texts = [name for name in syntheses if name.startswith(("text_", "dissent_"))]
    readable = [set(_ids(cited)) <= shown for cited in syntheses["evidence_ids"]]
    grid = actors.sort_values("order")[["actor"]].merge(
        pd.DataFrame({"category": codebook["category"].unique()}), how="cross"
    )
    cells = grid.merge(counts, on=CELL, how="left").merge(
        syntheses.loc[readable, [*CELL, *texts]], on=CELL, how="left"
    )
    for name in ("n_items", "n_offices"):
        cells[name] = cells[name].fillna(0).astype(int)
    for name in ("evidence_ids", "one_coder"):
        cells[name] = cells[name].fillna("")
    cells.loc[cells["n_items"] == 0, texts] = None
    return cells


def check_framework(
    actors: pd.DataFrame,
    syntheses: pd.DataFrame,
    codings: pd.DataFrame,
    codebook: pd.DataFrame,
    items: pd.DataFrame,
) -> pd.DataFrame:
    """Return what is wrong with a framework and what is not done yet.

    The parameters are those of :func:`framework`, with all statements and interviews in
    ``items``.

    Returns
    -------
    pandas.DataFrame
        ``kind``, ``problem``, ``actor``, ``category``, ``evidence_id``, ``message``; empty where
        all is well. A ``fault`` is to be mended: ``unknown actor``, ``unknown category``,
        ``unknown item``, ``in two groups``, ``of another group``,
        ``lacks the category``, ``cites nothing``, ``cell without items``, ``written twice``,
        ``missing text``. A ``gap`` is work to do: ``unwritten`` (a cell with items has no
        synthesis), ``uncited`` (a synthesis leaves out an item of its cell) and ``in no group``.
    """
    groups = {row.actor: _ids(row.evidence_ids) for row in actors.itertuples()}
    placed = item_categories(codings, codebook)
    carried = set(zip(placed["evidence_id"], placed["category"], strict=True))
    known = list(items["evidence_id"])
    categories = list(codebook["category"].unique())
    cells = {
        (actor, category): [item for item in ids if (item, category) in carried and item in known]
        for actor, ids in groups.items()
        for category in categories
    }
    found = pd.DataFrame(
        [
            *_group_faults(groups, known),
            *_key_faults(syntheses, cells, list(groups), categories),
            *_citation_faults(syntheses, groups, carried, known),
            *_text_faults(syntheses),
            *_gaps(syntheses, cells),
        ],
        columns=["problem", *CELL, "evidence_id", "message"],
    )
    found.insert(0, "kind", found["problem"].isin(GAPS).map({True: "gap", False: "fault"}))
    return found


def _said(
    actors: pd.DataFrame, codings: pd.DataFrame, codebook: pd.DataFrame, items: pd.DataFrame
) -> pd.DataFrame:
    several = codings["coder"].nunique() > 1
    of_actor = actors[["actor"]].assign(evidence_id=actors["evidence_ids"].map(_ids))
    said = (
        of_actor.explode("evidence_id")
        .drop_duplicates()
        .merge(items[["evidence_id", "date", "speaker"]], on="evidence_id")
        .merge(item_categories(codings, codebook), on="evidence_id")
        .sort_values(["date", "evidence_id"])
    )
    return said.assign(
        office=said["speaker"].map(office_of, na_action="ignore"),
        year=pd.to_numeric(said["date"].astype("string").str[:4]).astype("Int64"),
        one_coder=said["evidence_id"].where((said["coders"] == 1) & several),
    )


def _group_faults(groups: dict[str, list[str]], known: list[str]) -> Iterator[Finding]:
    for actor, ids in groups.items():
        for item in ids:
            if item not in known:
                advice = f"actors, {actor}: {item} is no statement or interview; correct the key."
                yield "unknown item", actor, "", item, advice
    for item in known:
        homes = [actor for actor, ids in groups.items() if item in ids]
        if not homes:
            advice = f"actors: {item} stands in no group; add it to the one whose office spoke."
            yield "in no group", "", "", item, advice
        if len(homes) > 1:
            advice = f"actors: {item} stands in {' and '.join(homes)}; keep the one that spoke."
            yield "in two groups", homes[1], "", item, advice


def _key_faults(
    syntheses: pd.DataFrame,
    cells: dict[tuple[str, str], list[str]],
    groups: list[str],
    categories: list[str],
) -> Iterator[Finding]:
    for row, twice in zip(syntheses.itertuples(), syntheses.duplicated(CELL), strict=True):
        cell, where = (row.actor, row.category), _where(row)
        if row.actor not in groups:
            advice = f"{where}: the groups are {', '.join(groups)}; correct the key."
            yield "unknown actor", *cell, "", advice
        if row.category not in categories:
            advice = f"{where}: the categories are {', '.join(categories)}; correct the key."
            yield "unknown category", *cell, "", advice
        if cells.get(cell) == []:
            advice = f"{where}: no item of this group carries this category; remove the row."
            yield "cell without items", *cell, "", advice
        if twice:
            yield "written twice", *cell, "", f"{where}: stands in two rows; merge them."


def _citation_faults(
    syntheses: pd.DataFrame,
    groups: dict[str, list[str]],
    carried: set[tuple[str, str]],
    known: list[str],
) -> Iterator[Finding]:
    for row in syntheses.itertuples():
        cell, where = (row.actor, row.category), _where(row)
        if not _ids(row.evidence_ids):
            yield "cites nothing", *cell, "", f"{where}: name the items that the text rests on."
        for item in _ids(row.evidence_ids):
            if item not in known:
                advice = f"{where}: {item} is no statement or interview; correct the key."
                yield "unknown item", *cell, item, advice
                continue
            if row.actor in groups and item not in groups[row.actor]:
                advice = f"{where}: another group said {item}; cite it there."
                yield "of another group", *cell, item, advice
            if (item, row.category) not in carried:
                advice = f"{where}: no coder gave {item} a code of this category; take it out."
                yield "lacks the category", *cell, item, advice


def _text_faults(syntheses: pd.DataFrame) -> Iterator[Finding]:
    for row in syntheses.to_dict("records"):
        for kind in ("text_", "dissent_"):
            texts = {name: text for name, text in row.items() if name.startswith(kind)}
            missing = [name for name, text in texts.items() if _blank(text)]
            if missing and (kind == "text_" or len(missing) < len(texts)):
                where = f"syntheses, {row['actor']} × {row['category']}"
                advice = f"{where}: {', '.join(missing)} is empty; write it in each language."
                yield "missing text", row["actor"], row["category"], "", advice


def _gaps(syntheses: pd.DataFrame, cells: dict[tuple[str, str], list[str]]) -> Iterator[Finding]:
    cited = {(row.actor, row.category): _ids(row.evidence_ids) for row in syntheses.itertuples()}
    for cell, ids in cells.items():
        where = f"syntheses, {' × '.join(cell)}"
        if ids and cell not in cited:
            yield "unwritten", *cell, "", f"{where}: write it; its items are {', '.join(ids)}."
        for item in ids:
            if cell in cited and item not in cited[cell]:
                advice = f"{where}: leaves out {item}; take it up, or keep it out on purpose."
                yield "uncited", *cell, item, advice


def _where(row: tuple) -> str:
    return f"syntheses, {row.actor} × {row.category}"


def _blank(text: object) -> bool:
    return not isinstance(text, str) or not text.strip()


def _ids(text: object) -> list[str]:
    parts = text.split(";") if isinstance(text, str) else []
    return [part.strip() for part in parts if part.strip()]

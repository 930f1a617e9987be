"""Cases, variables and groups of a REFI-QDA project, as attributes of its documents."""

from __future__ import annotations

from collections import defaultdict
from xml.etree.ElementTree import Element

import pandas as pd

from metrobook.exchange.project import ForeignFileError, frame
from metrobook.exchange.refi_codes import Noted
from metrobook.exchange.refi_identifiers import clean_name, clean_text, distinct, key_of
from metrobook.exchange.refi_sources import Source
from metrobook.exchange.xml import children, local

CASE = "case"
GROUP = "group"
MOST_CLAIMS = 2_000_000


def read_attributes(
    root: Element,
    sources: list[Source],
    codes: pd.DataFrame,
    codings: pd.DataFrame,
    noted: Noted,
) -> tuple[set[str], pd.DataFrame]:
    """Return what variables, cases and groups say about documents.

    A case is about the documents it names, and about those in which passages belong to it where
    no other case says otherwise. NVivo writes a case as a code too; such codes are no codes here.

    Parameters
    ----------
    root : xml.etree.ElementTree.Element
    sources : list of Source
    codes, codings : pandas.DataFrame
    noted : collections.Counter
        What was changed or lost is counted here.

    Returns
    -------
    tuple
        The identifiers of codes that stand for cases, and the table ``attributes``.
    """
    names = _variables(root)
    by_key = {key: source.document_id for source in sources for key in source.keys}
    sure: dict[tuple, None] = {}
    for source in sources:
        for element in source.about:
            for name, value in _values(element, names, noted):
                sure[source.document_id, name, value] = None
    stand_ins, by_passage, claims = set(), defaultdict(set), 0
    bare = set(codes["code_id"]) - set(codes["parent_id"])
    passages = _passages(sources, codings)
    for case in children(root, "Cases", "Case"):
        said = _values(case, names, noted)
        if name := clean_name(case.get("name")):
            said = [(CASE, name), *said]
        own = key_of(case.get("guid"))
        stand_ins |= {own} & bare
        named = {by_key[key]: None for key in _targets(case, "SourceRef") if key in by_key}
        parts = [own, *_targets(case, "SelectionRef"), *_targets(case, "CodeRef")]
        reached = [passages[key] for key in parts if key in passages]
        claims += (len(named) + sum(map(len, reached))) * (1 + len(said))
        if claims > MOST_CLAIMS:
            raise ForeignFileError(
                "The project says more about its documents by cases than any real one "
                f"(over {MOST_CLAIMS:,} values). It is refused; nothing was imported."
            )
        within = set().union(*reached) - set(named)
        sure |= {(document, *pair): None for document in named for pair in said}
        for document in within:
            for pair in said:
                by_passage[document, pair[0]].add(pair[1])
        if not named and not within:
            noted["lost", "values of cases", "belong to no document"] += len(said)
    for (document, name), values in by_passage.items():
        if len(values) == 1:
            sure[document, name, *values] = None
        else:
            why = "belong to passages of several cases in one document"
            noted["lost", "values of cases", why] += len(values)
    _groups(root, by_key, sure, noted)
    why = "stand for cases; the documents carry them as attributes"
    noted["changed", "codes", why] += len(stand_ins)
    moved = codings["code_id"].isin(stand_ins).sum()
    noted["lost", "codings", "only assign a passage to a case"] += int(moved)
    order = {source.document_id: number for number, source in enumerate(sources)}
    return stand_ins, frame("attributes", sorted(sure, key=lambda row: order[row[0]]))


def _variables(root: Element) -> dict[str, str]:
    taken: dict[str, int] = {}
    return {
        key_of(variable.get("guid")): distinct(clean_name(variable.get("name")) or "unnamed", taken)
        for variable in children(root, "Variables", "Variable")
    }


def _values(element: Element, names: dict[str, str], noted: Noted) -> list[tuple[str, str]]:
    found = []
    for value in children(element, "VariableValue"):
        texts = [clean_text(part.text) for part in value if local(part.tag).endswith("Value")]
        text = next(filter(None, texts), None)
        for key in _targets(value, "VariableRef"):
            if text and key in names:
                found.append((names[key], text))
            noted["lost", "values", "their variable is not defined"] += bool(text) and (
                key not in names
            )
    return found


def _targets(element: Element, kind: str) -> list[str | None]:
    return [key_of(reference.get("targetGUID")) for reference in children(element, kind)]


def _passages(sources: list[Source], codings: pd.DataFrame) -> dict[str, set[str]]:
    """Return the documents in which a code was given, and the one in which a selection is."""
    found: dict[str, set[str]] = defaultdict(set)
    for document, code in zip(codings["document_id"], codings["code_id"], strict=True):
        found[code].add(document)
    for source in sources:
        for marked in source.marked:
            if key := key_of(marked.element.get("guid")):
                found[key].add(source.document_id)
    return found


def _groups(
    root: Element, by_key: dict[str, str], attributes: dict[tuple, None], noted: Noted
) -> None:
    for group in children(root, "Sets", "Set"):
        documents = [by_key[key] for key in _targets(group, "MemberSource") if key in by_key]
        if name := clean_name(group.get("name")):
            attributes |= {(document, GROUP, name): None for document in documents}
        noted["changed", "groups of documents", f"became the attribute {GROUP!r}"] += bool(
            documents
        )
        noted["lost", "groups", "of codes or memos have no place here"] += not documents

"""Consent: what of a study may leave it, and in what form.

Each evidence item says how far its consent goes: ``public``, ``anonymised`` (its text without
speaker, outlet, note and exact date) or ``withheld`` (nothing at all). What was written from a
withheld item is withheld with it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import pandas as pd

NAMES_ITEM = ("evidence_id", "evidence_ids", "for_ids", "against_ids", "event_id")
MEMBERS = ("actors",)
IDENTIFYING = ("speaker", "outlet", "note")
PLACE = ("document_id", "start", "end")
OF_PICTURE = ("file", "longitude", "latitude", "area_code", "note")
YEAR = 4
SEPARATOR = ";"

Raw = Callable[[str], pd.DataFrame]


@dataclass(frozen=True)
class Restrictions:
    """What must not be published of a study.

    Attributes
    ----------
    withheld, anonymised : frozenset of str
        Evidence items.
    surprises : frozenset of str
        Surprises noted on withheld items.
    documents : frozenset of str
        Documents that a withheld or anonymised item was taken from.
    sources : frozenset of str
        Sources on which nothing but withheld items rests.
    """

    withheld: frozenset[str] = frozenset()
    anonymised: frozenset[str] = frozenset()
    surprises: frozenset[str] = frozenset()
    documents: frozenset[str] = frozenset()
    sources: frozenset[str] = frozenset()

    def publishable(self, table: str, frame: pd.DataFrame) -> pd.DataFrame:
        """Return the rows and cells of a table that may be published."""
        if table == "photos":
            return _published_photos(frame)
        if not (self.withheld or self.anonymised):
            return frame
        if table in MEMBERS:
            return frame.assign(evidence_ids=frame["evidence_ids"].map(self._remaining))
        kept = frame[~self._restricted(table, frame)].reset_index(drop=True)
        return self._anonymised(kept) if table == "evidence" else kept

    def _restricted(self, table: str, frame: pd.DataFrame) -> pd.Series:
        restricted = pd.Series(False, index=frame.index)
        for column in frame.columns.intersection(NAMES_ITEM):
            restricted |= frame[column].map(
                lambda cell: bool(self.withheld.intersection(ids(cell)))
            )
        if "surprise_id" in frame:
            restricted |= frame["surprise_id"].isin(self.surprises)
        if table == "documents":
            restricted |= frame["document_id"].isin(self.documents)
        if table == "sources":
            restricted |= frame["source_id"].isin(self.sources)
        return restricted

    def _anonymised(self, evidence: pd.DataFrame) -> pd.DataFrame:
        bare = evidence["evidence_id"].isin(self.anonymised)
        shown = evidence.copy()
        shown.loc[bare, list(IDENTIFYING)] = None
        shown.loc[bare, "date"] = shown.loc[bare, "date"].str.slice(0, YEAR)
        shown.loc[shown["document_id"].isin(self.documents), list(PLACE)] = None
        return shown

    def _remaining(self, cell: object) -> object:
        return SEPARATOR.join(item for item in ids(cell) if item not in self.withheld) or None


def showable(photos: pd.DataFrame) -> pd.Series:
    """Tell of each photo whether the picture itself may be published."""
    return (photos["consent"] == "public") & photos["faces"].isin(["none", "blurred"])


def _published_photos(photos: pd.DataFrame) -> pd.DataFrame:
    """Return photos without the withheld ones, and without pictures that must not be shown."""
    kept = photos[photos["consent"].isin(["public", "anonymised"])].reset_index(drop=True)
    kept.loc[~showable(kept), kept.columns.intersection(OF_PICTURE)] = None
    bare = kept["consent"] == "anonymised"
    kept["taken"] = kept["taken"].where(~bare, kept["taken"].str.slice(0, YEAR))
    return kept


def ids(cell: object) -> list[str]:
    """Return the identifiers in a cell, several of them separated by semicolons.

    Examples
    --------
    >>> ids("ST01;EV02"), ids(None)
    (['ST01', 'EV02'], [])
    """
    return cell.split(SEPARATOR) if isinstance(cell, str) and cell else []


def restrictions(raw: Raw, tables: Iterable[str]) -> Restrictions:
    """Return what the evidence of a study keeps from being published.

    Parameters
    ----------
    raw : callable
        Returns a table of the study by its name, with all rows.
    tables : iterable of str
        Tables of the study.
    """
    evidence = raw("evidence")
    anonymised = frozenset(evidence.loc[evidence["consent"] == "anonymised", "evidence_id"])
    published = evidence["consent"].isin(["public", "anonymised"])
    withheld = frozenset(evidence.loc[~published, "evidence_id"])
    if not (withheld or anonymised):
        return Restrictions()
    private = evidence["evidence_id"].isin(withheld | anonymised)
    surprises = raw("surprises")
    noted = surprises["evidence_ids"].map(lambda cell: bool(withheld.intersection(ids(cell))))
    return Restrictions(
        withheld,
        anonymised,
        frozenset(surprises.loc[noted, "surprise_id"]),
        frozenset(evidence.loc[private, "document_id"].dropna()),
        _sources_of_withheld(raw, tables, withheld),
    )


def _sources_of_withheld(raw: Raw, tables: Iterable[str], withheld: frozenset[str]) -> frozenset:
    hidden, shown = set(), set()
    for table in {*tables} - {"sources"}:
        frame = raw(table)
        rests = pd.Series(False, index=frame.index)
        if "evidence_id" in frame:
            rests = frame["evidence_id"].isin(withheld)
        for column in frame.columns.intersection(["source_id", "source_ids"]):
            hidden.update(item for cell in frame.loc[rests, column] for item in ids(cell))
            shown.update(item for cell in frame.loc[~rests, column] for item in ids(cell))
    return frozenset(hidden - shown)

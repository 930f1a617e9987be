"""Evidence items as text: a list of paraphrases, each dated and linked to its source."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pandas as pd
from markupsafe import Markup

Cite = Callable[..., Markup]
LINE = Markup('<li>{mark}{text} <span class="mb-meta">({date}{note}, {source})</span></li>')


def item_list(
    items: pd.DataFrame,
    *,
    text: pd.Series,
    cite: Cite,
    marks: Mapping[str, str] | None = None,
    notes: Mapping[str, str] | None = None,
    empty: str = "–",
    shown: int | None = None,
    more: str = "",
) -> Markup:
    """Return evidence items as an HTML list; everything from data is escaped.

    Parameters
    ----------
    items : pandas.DataFrame
        ``date``, ``source_id``; ``stance`` where ``marks`` are given, ``technique`` where
        ``notes`` are given.
    text : pandas.Series
        The paraphrase of each item, in the reader's language, with the index of ``items``.
    cite : callable
        Source identifier to link, as :meth:`metrobook.render.chapter.Chapter.cite`.
    marks : mapping, optional
        Stance to the words that open the line.
    notes : mapping, optional
        Technique to its name, shown with the date.
    empty : str
        Shown where there is no item.
    shown : int, optional
        Fold the items beyond so many behind the words ``more``.
    """
    if items.empty:
        return Markup("<p>{}</p>").format(empty)
    lines = [
        LINE.format(
            mark=Markup("<strong>{}</strong> ").format(marks[row["stance"]]) if marks else "",
            text=text[index],
            date=row["date"] if pd.notna(row["date"]) else "–",
            note=f", {notes[row['technique']]}" if notes else "",
            source=cite(row["source_id"]),
        )
        for index, row in items.iterrows()
    ]
    first, rest = lines[:shown], lines[shown:] if shown else []
    folded = Markup("<details><summary>{}</summary>{}</details>").format(more, _list(rest))
    return _list(first) + (folded if rest else Markup(""))


def _list(lines: list[Markup]) -> Markup:
    return Markup('<ul class="mb-items">{}</ul>').format(Markup("").join(lines))

"""Tables: frames as accessible HTML that reads well on a phone."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

import pandas as pd
from markupsafe import Markup

EMPTY = "–"
NUMBER = re.compile(r"[-−+]?[\d.,\s\u00a0\u202f]+%?")
LONG_TEXT = 60


def html_table(
    frame: pd.DataFrame,
    caption: str,
    id: str,
    html_columns: Collection[str] = (),
    row_ids: Sequence[str] | None = None,
    numeric_align: bool = True,
    cards: bool = False,
) -> str:
    """Return a frame as an HTML table; the first column names the rows.

    Parameters
    ----------
    frame : pandas.DataFrame
        Columns named and values written as readers shall see them; missing values show
        as a dash.
    caption : str
        States what the table holds; also names the scrolling region for screen readers.
    id : str
        The table gets the id ``<id>-table``.
    html_columns : collection of str
        Columns that hold ready HTML. Everything else is escaped.
    row_ids : sequence of str, optional
        An id per row, so that pages can link to it.
    numeric_align : bool
        Align columns that hold only numbers to the right.
    cards : bool
        Let each row become a card on phones: for tables of long texts.

    Returns
    -------
    str
        A focusable region ``div.mb-scroll`` around the table, styled by classes only:
        ``mb-num`` (numbers), ``mb-text`` (long text), ``mb-cards`` (every cell then
        carries its column name in ``data-label``).
    """
    columns = list(map(str, frame.columns))
    classes = [
        _column_class(frame.iloc[:, position], name in html_columns, numeric_align)
        for position, name in enumerate(columns)
    ]
    head = Markup("").join(
        Markup('<th scope="col"{}>{}</th>').format(class_, name)
        for name, class_ in zip(columns, classes, strict=True)
    )
    ids = row_ids if row_ids is not None else [None] * len(frame)
    rows = Markup("\n").join(
        _row(values, columns, classes, html_columns, cards, row_id)
        for values, row_id in zip(frame.itertuples(index=False, name=None), ids, strict=True)
    )
    return str(
        Markup(
            '<div class="mb-scroll" tabindex="0" role="region" aria-label="{caption}">\n'
            '<table id="{id}-table" class="{kind}">\n<caption>{caption}</caption>\n'
            "<thead><tr>{head}</tr></thead>\n<tbody>\n{rows}\n</tbody>\n</table>\n</div>"
        ).format(
            caption=caption,
            id=id,
            kind="mb-data mb-cards" if cards else "mb-data",
            head=head,
            rows=rows,
        )
    )


def _row(
    values: tuple,
    columns: list[str],
    classes: list[Markup],
    html_columns: Collection[str],
    cards: bool,
    row_id: str | None,
) -> Markup:
    cells = Markup("").join(
        Markup("<{tag}{scope}{class_}{name}>{content}</{tag}>").format(
            tag="td" if position else "th",
            scope=Markup("") if position else Markup(' scope="row"'),
            class_=class_,
            name=Markup(' data-label="{}"').format(name) if cards else "",
            content=_content(value, name in html_columns),
        )
        for position, (value, name, class_) in enumerate(zip(values, columns, classes, strict=True))
    )
    named = Markup("") if row_id is None else Markup(' id="{}"').format(row_id)
    return Markup("<tr{}>{}</tr>").format(named, cells)


def _content(value: object, is_html: bool) -> Markup | str:
    if not isinstance(value, str) and pd.isna(value):
        return EMPTY
    return Markup(value) if is_html else str(value)


def _column_class(column: pd.Series, is_html: bool, numeric_align: bool) -> Markup:
    if is_html:
        return Markup("")
    shown = [str(value) for value in column.dropna() if str(value) not in ("", EMPTY)]
    if numeric_align and shown and all(NUMBER.fullmatch(text) for text in shown):
        return Markup(' class="mb-num"')
    if any(len(text) > LONG_TEXT for text in shown):
        return Markup(' class="mb-text"')
    return Markup("")

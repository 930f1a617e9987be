"""The framework matrix as a page element: syntheses that open to the items behind them."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd
from markupsafe import Markup

MATRIX = Markup(
    '<div class="mb-scroll mb-framework" tabindex="0" role="region" aria-label="{caption}">\n'
    '<table id="{id}-table" class="mb-data mb-cards">\n<caption>{caption}</caption>\n'
    '<thead><tr><th scope="col">{actor}</th>{head}</tr></thead>\n'
    "<tbody>\n{rows}\n</tbody>\n</table>\n</div>"
)
ROW = Markup('<tr><th scope="row" data-label="{label}">{actor}</th>{cells}</tr>')
CELL = Markup('<td id="{id}" data-label="{category}">{content}</td>')
EMPTY_CELL = Markup('<td class="mb-none" data-label="{category}">{content}</td>')
SYNTHESIS = Markup('<p>{text}</p><p class="{kind}"><strong>{label}</strong> {dissent}</p>{items}')
BEHIND = Markup('<details><summary>{tally}</summary><ul class="mb-items">{items}</ul></details>')
ITEM = Markup('<li>{text} <span class="mb-meta">({meta})</span></li>')


def framework_matrix(
    cells: pd.DataFrame,
    items: pd.DataFrame,
    *,
    actors: Mapping[str, str],
    categories: Mapping[str, str],
    labels: Mapping[str, str],
    caption: str,
    id: str,
) -> Markup:
    """Return the framework matrix as an HTML table whose cells open to the items behind them.

    It works without a script: a cell is a paragraph, its dissent, and a ``details`` element. On
    phones each group of actors becomes a card that names the category of every cell.

    Parameters
    ----------
    cells : pandas.DataFrame
        Of :func:`metrobook.coding.framework`, with the reader's ``text`` and ``dissent``
        (missing where there is none) and ``tally`` (how many items and offices, in words).
    items : pandas.DataFrame
        ``evidence_id`` and, as readers shall see them, ``text``, ``date``, ``speaker``,
        ``outlet``, ``technique`` and ``source`` (a link as :class:`markupsafe.Markup`). What is
        missing is left out; what is not Markup is escaped.
    actors, categories : mapping
        Keys to names, in the order of rows and columns.
    labels : mapping
        ``actor`` (heads the first column), ``empty`` (a cell without items), ``unwritten`` (items
        without synthesis), ``dissent`` (opens the dissent), ``no_dissent`` (none among several
        items), ``single`` (one item only, so none can show), ``one_coder`` (marks an item that
        only one coder placed there).
    caption : str
        States what the matrix holds; also names the scrolling region for screen readers.
    id : str
        The table gets the id ``<id>-table``, a cell with items ``<id>-<actor>-<category>``.
    """
    by_cell = {(cell["actor"], cell["category"]): cell for cell in cells.to_dict("records")}
    lines = {item["evidence_id"]: item for item in items.to_dict("records")}

    def cell_html(actor: str, category: str) -> Markup:
        cell, name = by_cell[actor, category], categories[category]
        if not cell["n_items"]:
            return EMPTY_CELL.format(category=name, content=labels["empty"])
        return CELL.format(
            id=f"{id}-{actor}-{category}", category=name, content=_content(cell, lines, labels)
        )

    rows = [
        ROW.format(
            label=labels["actor"],
            actor=name,
            cells=Markup("").join(cell_html(actor, category) for category in categories),
        )
        for actor, name in actors.items()
    ]
    return MATRIX.format(
        caption=caption,
        id=id,
        actor=labels["actor"],
        head=Markup("").join(
            Markup('<th scope="col">{}</th>').format(name) for name in categories.values()
        ),
        rows=Markup("\n").join(rows),
    )


def _content(cell: dict, lines: Mapping[str, dict], labels: Mapping[str, str]) -> Markup:
    doubtful = cell["one_coder"].split(";")
    items = Markup("").join(
        _line(lines[key], labels["one_coder"] if key in doubtful else None)
        for key in cell["evidence_ids"].split(";")
    )
    behind = BEHIND.format(tally=cell["tally"], items=items)
    if _absent(cell["text"]):
        return Markup('<p class="mb-meta">{}</p>{}').format(labels["unwritten"], behind)
    agreed = _absent(cell["dissent"])
    none = labels["single"] if cell["n_items"] == 1 else labels["no_dissent"]
    return SYNTHESIS.format(
        text=cell["text"],
        kind="mb-meta" if agreed else "mb-dissent",
        label=labels["dissent"],
        dissent=none if agreed else cell["dissent"],
        items=behind,
    )


def _line(item: dict, remark: str | None) -> Markup:
    told = [item[name] for name in ("date", "speaker", "outlet", "technique")]
    parts = [part for part in (*told, remark, item["source"]) if not _absent(part)]
    return ITEM.format(text=item["text"], meta=Markup(", ").join(parts))


def _absent(value: object) -> bool:
    return not isinstance(value, str) or not value.strip()

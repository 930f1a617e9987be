"""Tables that are there to be filled: a header, perhaps an example line, and no rows."""

from __future__ import annotations

from itertools import dropwhile
from pathlib import Path


def is_blank(table: Path) -> bool:
    """Tell whether a CSV file holds no rows; example lines are none."""
    with table.open(encoding="utf-8", errors="replace") as lines:
        next(lines, "")
        rows = dropwhile(lambda line: line.startswith("#"), lines)
        return not any(line.strip() for line in rows)

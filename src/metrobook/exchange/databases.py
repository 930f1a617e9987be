"""SQLite databases from elsewhere, read without trusting them.

The file is loaded into memory, so nothing beside it is opened, locked or written.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from metrobook.exchange.project import ForeignFileError

MAGIC = b"SQLite format 3\0"
SMALLEST = 512
LARGEST = 256 * 1024**2
LONGEST_VALUE = 64 * 1024**2
MOST_ROWS = 2_000_000
MOST_SECONDS = 60
STEPS = 20_000


class Database:
    """A database whose ordinary tables can be read, and nothing else.

    Views, triggers, virtual tables and generated columns are never read, no extension can be
    loaded, and reading ends after a number of rows, bytes and seconds.

    Parameters
    ----------
    content : bytes
    name : str
        Name of the file, for the messages.

    Attributes
    ----------
    damaged : int
        Values read so far whose bytes were no valid UTF-8; each wrong byte became ``�``.
    """

    def __init__(self, content: bytes, name: str):
        self.name, self.damaged = name, 0
        if not content.startswith(MAGIC) or len(content) < SMALLEST:
            raise self._refused("is not an SQLite database")
        if len(content) > LARGEST:
            raise self._refused(f"is larger than {LARGEST >> 20} MiB")
        self._rows_left = MOST_ROWS
        self._deadline = time.monotonic() + MOST_SECONDS
        self._connection = sqlite3.connect(":memory:")
        self._connection.text_factory = self._text
        self._connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, LONGEST_VALUE)
        self._connection.setlimit(sqlite3.SQLITE_LIMIT_ATTACHED, 0)
        self._connection.set_progress_handler(self._late, STEPS)
        rollback = content[:18] + b"\1\1" + content[20:]  # a write-ahead log cannot be in memory
        try:
            self._connection.deserialize(rollback)
            for pragma in ("trusted_schema=OFF", "query_only=ON", "cell_size_check=ON"):
                self._connection.execute(f"PRAGMA {pragma}")
            self._tables = dict(
                self._connection.execute(
                    "SELECT name, sql FROM sqlite_master WHERE type = 'table' LIMIT 10000"
                )
            )
        except sqlite3.Error as error:
            raise self._damaged(error) from None

    def has(self, table: str) -> bool:
        """Return whether an ordinary table of this name exists."""
        sql = self._tables.get(table)
        return isinstance(sql, str) and not sql.lstrip().upper().startswith("CREATE VIRTUAL")

    def rows(
        self, table: str, columns: Sequence[str], optional: Sequence[str] = ()
    ) -> Iterator[tuple]:
        """Yield the rows of a table.

        Parameters
        ----------
        table : str
        columns : sequence of str
            Columns that must exist.
        optional : sequence of str
            Columns that older versions lack; they follow as None where missing.

        Raises
        ------
        ForeignFileError
            If the table or a column is missing, or reading is stopped.
        """
        if not self.has(table):
            raise self._refused(f"has no table {table!r}")
        try:
            existing = self._columns(table)
            if lacking := [column for column in columns if column not in existing]:
                raise self._refused(f"has no column {lacking[0]!r} in its table {table!r}")
            wanted = [
                f'"{column}"' if column in existing else "NULL" for column in (*columns, *optional)
            ]
            for row in self._connection.execute(f'SELECT {", ".join(wanted)} FROM "{table}"'):
                self._rows_left -= 1
                if self._rows_left < 0:
                    raise self._refused(f"holds more than {MOST_ROWS:,} rows")
                yield row
        except (sqlite3.Error, MemoryError, OverflowError) as error:
            raise self._damaged(error) from None

    def _columns(self, table: str) -> set[str]:
        """Return the ordinary columns: hidden and generated ones have a mark of their own."""
        described = self._connection.execute(f'PRAGMA table_xinfo("{table}")')
        return {row[1] for row in described if row[6] == 0}

    def _text(self, value: bytes) -> str:
        try:
            return value.decode().replace("\0", "\ufffd")
        except UnicodeDecodeError:
            self.damaged += 1
            return value.decode(errors="replace").replace("\0", "\ufffd")

    def _late(self) -> bool:
        return time.monotonic() > self._deadline

    def _damaged(self, error: Exception) -> ForeignFileError:
        if "interrupted" in str(error):
            return self._refused(f"takes more than {MOST_SECONDS} seconds to read")
        return self._refused(f"is a damaged database ({error})")

    def _refused(self, reason: str) -> ForeignFileError:
        return ForeignFileError(f"{self.name} {reason}. Nothing was imported.")


def read_database(path: Path) -> Database:
    """Load a database file.

    Raises
    ------
    ForeignFileError
        If it is no database or too large, or another program has not finished writing it.
    """
    for suffix in ("-wal", "-journal"):
        beside = path.with_name(path.name + suffix)
        if beside.exists() and beside.stat().st_size:
            raise ForeignFileError(
                f"{path.name} has unfinished changes beside it ({beside.name}): close the program "
                "that has it open, then try again. Nothing was imported."
            )
    try:
        with path.open("rb") as stream:
            content = stream.read(LARGEST + 1)
    except OSError as error:
        raise ForeignFileError(f"{path.name} cannot be read ({error.strerror}).") from None
    return Database(content, path.name)


def as_text(value: object) -> str:
    """Return a value as text, whatever its column holds; empty for nothing.

    Examples
    --------
    >>> as_text(None), as_text(3), as_text(b"ab")
    ('', '3', 'ab')
    """
    if isinstance(value, bytes):
        return value.decode(errors="replace").replace("\0", "\ufffd")
    return "" if value is None else str(value)


def as_integer(value: object) -> int | None:
    """Return a value as a whole number, or None if it is none.

    Examples
    --------
    >>> as_integer("12"), as_integer(2.5), as_integer("x")
    (12, None, None)
    """
    try:
        number = int(value) if not isinstance(value, bytes) else None
    except (TypeError, ValueError, OverflowError):
        return None
    return None if isinstance(value, float) and value != number else number

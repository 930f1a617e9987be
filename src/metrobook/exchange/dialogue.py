"""The dialogue that settles, in words, what the columns of a plain table are."""

from __future__ import annotations

from collections.abc import Callable

from metrobook.exchange.mapping import ROLES, Mapping
from metrobook.exchange.project import ForeignFileError

Say = Callable[[str], object]
Ask = Callable[[str], str]
Confirm = Callable[[str], bool]
SEVERAL = ("codes", "attributes")


def corrected(mapping: Mapping, correction: str) -> Mapping:
    """Return a mapping corrected by ``role=column``; an empty column takes the role away.

    ``codes`` and ``attributes`` take several columns, separated by semicolons.

    Raises
    ------
    ForeignFileError
        If it is not written so, or there is no such role or column.

    Examples
    --------
    >>> corrected(Mapping(("A", "B")), "code=B").roles
    {'code': 'B'}
    """
    role, equals, column = (part.strip() for part in correction.partition("="))
    if not equals:
        raise ForeignFileError(
            f"{correction!r} is not written role=column; roles are {', '.join(ROLES)}, codes, "
            "attributes and separator."
        )
    if role in SEVERAL:
        return mapping.with_(**{role: tuple(filter(None, map(str.strip, column.split(";"))))})
    return mapping.with_(**{role: column if role == "separator" else column or None})


def agree_on(mapping: Mapping, say: Say, ask: Ask, confirm: Confirm) -> Mapping:
    """Say how a table was understood and ask until that is agreed.

    Raises
    ------
    ForeignFileError
        If it is not agreed.
    """
    while True:
        for sentence in mapping.sentences():
            say(sentence)
        if not mapping.unclear and confirm("Is the table understood rightly?"):
            return mapping
        role = next(iter(mapping.unclear), None)
        question = (
            f"{role}: {mapping.unclear[role]} (empty: none)"
            if role
            else "Correct it as role=column (empty: stop)"
        )
        answer = ask(question).strip()
        if role is None and not answer:
            raise ForeignFileError("The table was not understood rightly. Nothing was imported.")
        try:
            mapping = corrected(mapping, f"{role}={answer}" if role else answer)
        except ForeignFileError as error:
            say(str(error))

"""Languages: translated strings and numbers as each language writes them."""

from __future__ import annotations

import gettext
from functools import cache
from io import BytesIO
from pathlib import Path

from babel import Locale, UnknownLocaleError
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_decimal, format_percent

LOCALE_FOLDER = Path(__file__).parent / "locale"
SOURCE_LANGUAGE = "en"


@cache
def translations(language: str) -> gettext.NullTranslations:
    """Return the package's translations into a language.

    Parameters
    ----------
    language : str
        A two-letter code. English is the source language; a language without a catalogue
        falls back to English.

    Returns
    -------
    gettext.NullTranslations
        Offers ``gettext`` and ``ngettext``.

    Examples
    --------
    >>> translations("id").gettext("Source")
    'Sumber'
    """
    catalogue = LOCALE_FOLDER / language / "LC_MESSAGES" / "metrobook.po"
    if not catalogue.exists():
        return gettext.NullTranslations()
    compiled = BytesIO()
    with catalogue.open("rb") as file:
        write_mo(compiled, read_po(file, locale=language))
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)


def language_name(language: str) -> str:
    """Return the name of a language in that language.

    Examples
    --------
    >>> language_name("id")
    'Indonesia'
    """
    try:
        return (Locale.parse(language).get_display_name(language) or language).capitalize()
    except (UnknownLocaleError, ValueError):
        return language


def number(value: float, language: str, decimals: int = 0) -> str:
    """Write a number as the language writes it.

    Examples
    --------
    >>> number(3566178, "en"), number(3566178, "id")
    ('3,566,178', '3.566.178')
    >>> number(0.153, "id", decimals=2)
    '0,15'
    """
    return _with_minus(format_decimal(value, format=_pattern(decimals), locale=language))


def percent(share: float, language: str, decimals: int = 1) -> str:
    """Write a share of one as a percentage.

    Examples
    --------
    >>> percent(0.1534, "en"), percent(0.1534, "id")
    ('15.3%', '15,3%')
    """
    return _with_minus(format_percent(share, format=_pattern(decimals) + "%", locale=language))


def _with_minus(text: str) -> str:
    return text.replace("-", "−")


def _pattern(decimals: int) -> str:
    return "#,##0" + ("." + "0" * decimals if decimals else "")

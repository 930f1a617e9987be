"""Languages: translated strings and numbers as each language writes them."""

from __future__ import annotations

import gettext
import re
from collections.abc import Iterable
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Literal

from babel import Locale, UnknownLocaleError
from babel.lists import format_list
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_decimal, format_percent

LOCALE_FOLDER = Path(__file__).parent / "locale"
SOURCE_LANGUAGE = "en"
DIGITS = re.compile(r"[#,0.]+")


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


def translated(language: str) -> bool:
    """Tell whether the package has texts in a language.

    Examples
    --------
    >>> translated("en"), translated("id"), translated("de")
    (True, True, False)
    """
    return language == SOURCE_LANGUAGE or (LOCALE_FOLDER / language).is_dir()


def text_language(language: str) -> str:
    """Return the language in which the package's texts appear: the wanted one, or English.

    Examples
    --------
    >>> text_language("id"), text_language("de")
    ('id', 'en')
    """
    return language if translated(language) else SOURCE_LANGUAGE


def locale(language: str) -> Locale:
    """Return how a language writes numbers, dates and lists; one that is not known, as English.

    Examples
    --------
    >>> locale("de").language, locale("qq").language
    ('de', 'en')
    """
    try:
        return Locale.parse(language, sep="-" if "-" in language else "_")
    except (UnknownLocaleError, ValueError):
        return Locale.parse(SOURCE_LANGUAGE)


def language_name(language: str, within: str = "") -> str:
    """Return the name of a language in that language, or in another.

    Examples
    --------
    >>> language_name("id"), language_name("de"), language_name("id", within="en")
    ('Indonesia', 'Deutsch', 'Indonesian')
    """
    try:
        named = Locale.parse(language).get_display_name(locale(within or language))
    except (UnknownLocaleError, ValueError):
        return language
    return named if within else (named or language).capitalize()


def text_direction(language: str) -> str:
    """Return whether a language is written from left to right or from right to left.

    Examples
    --------
    >>> text_direction("de"), text_direction("ar")
    ('ltr', 'rtl')
    """
    return locale(language).text_direction


def listed(
    names: Iterable[str], language: str, style: Literal["standard", "or"] = "standard"
) -> str:
    """Join names as the language does.

    Examples
    --------
    >>> listed(["A", "B", "C"], "de"), listed(["A", "B"], "en", "or")
    ('A, B und C', 'A or B')
    """
    return format_list(list(names), style=style, locale=locale(language))


def number(value: float, language: str, decimals: int = 0) -> str:
    """Write a number as the language writes it.

    Examples
    --------
    >>> number(3566178, "en"), number(3566178, "de"), number(3566178, "qq")
    ('3,566,178', '3.566.178', '3,566,178')
    >>> number(0.153, "id", decimals=2)
    '0,15'
    """
    own = locale(language)
    return _with_minus(format_decimal(value, format=_pattern(own, decimals), locale=own))


def percent(share: float, language: str, decimals: int = 1) -> str:
    """Write a share of one as a percentage.

    Examples
    --------
    >>> percent(0.1534, "en"), percent(0.1534, "id"), percent(0.1534, "de")
    ('15.3%', '15,3%', '15,3\xa0%')
    """
    own = locale(language)
    pattern = DIGITS.sub(_pattern(own, decimals), own.percent_formats[None].pattern)
    return _with_minus(format_percent(share, format=pattern, locale=own))


def _with_minus(text: str) -> str:
    return text.replace("-", "−")


def _pattern(own: Locale, decimals: int) -> str:
    whole = own.decimal_formats[None].pattern.partition(".")[0]
    return whole + ("." + "0" * decimals if decimals else "")

import pytest

from metrobook import language


@pytest.mark.parametrize(
    ("value", "decimals", "english", "indonesian"),
    [
        (3566178, 0, "3,566,178", "3.566.178"),
        (0.5, 2, "0.50", "0,50"),
        (-1234.5, 1, "−1,234.5", "−1.234,5"),
    ],
)
def test_numbers_follow_the_language(value, decimals, english, indonesian):
    assert language.number(value, "en", decimals) == english
    assert language.number(value, "id", decimals) == indonesian


@pytest.mark.parametrize(
    ("code", "number", "percent", "listed"),
    [
        ("de", "3.566.178,5", "15,3\xa0%", "A, B und C"),
        ("fr", "3\u202f566\u202f178,5", "15,3\u202f%", "A, B et C"),
        ("pt", "3.566.178,5", "15,3%", "A, B e C"),
        ("hi", "35,66,178.5", "15.3%", "A, B, और C"),
        ("qq", "3,566,178.5", "15.3%", "A, B, and C"),
        ("", "3,566,178.5", "15.3%", "A, B, and C"),
        ("no such language", "3,566,178.5", "15.3%", "A, B, and C"),
    ],
)
def test_any_language_writes_in_its_own_way_and_an_unknown_one_as_english(
    code, number, percent, listed
):
    """Formats of the Unicode Common Locale Data Repository."""
    plain = lambda text: text.replace("\xa0", " ").replace("\u202f", " ")  # noqa: E731
    assert plain(language.number(3566178.5, code, 1)) == plain(number)
    assert plain(language.percent(0.1534, code)) == plain(percent)
    assert language.listed("ABC", code) == listed


def test_texts_come_in_the_language_or_in_english():
    assert [language.text_language(code) for code in ("en", "id", "de")] == ["en", "id", "en"]
    assert language.text_direction("he") == "rtl"
    assert language.text_direction("no such language") == "ltr"


def test_a_language_without_catalogue_falls_back_to_english():
    assert language.translations("pt").gettext("Source") == "Source"


def test_indonesian_catalogue_is_complete_and_keeps_every_placeholder():
    from babel.messages.pofile import read_po

    path = language.LOCALE_FOLDER / "id" / "LC_MESSAGES" / "metrobook.po"
    with path.open("rb") as file:
        catalogue = read_po(file, locale="id")
    messages = [message for message in catalogue if message.id]
    assert len(messages) > 100
    for message in messages:
        ids = message.id if isinstance(message.id, tuple) else (message.id,)
        strings = message.string if isinstance(message.string, tuple) else (message.string,)
        assert all(strings), f"no translation of {ids[0]!r}"
        for string in strings:
            assert placeholders(string) <= placeholders(ids[-1]), ids[0]
            assert placeholders(string) >= placeholders(ids[0]), ids[0]


def placeholders(text: str) -> set[str]:
    from string import Formatter

    return {name for _, name, _, _ in Formatter().parse(text) if name}


def test_catalogue_holds_every_text_of_package_and_notebooks():
    from babel.messages.pofile import read_po

    from metrobook.publish.catalogues import package_texts

    path = language.LOCALE_FOLDER / "id" / "LC_MESSAGES" / "metrobook.po"
    with path.open("rb") as file:
        known = {message.id for message in read_po(file, locale="id")}
    missing = {message.id for message in package_texts()} - known
    assert not missing, "run 'make texts' and translate"


def test_the_prose_of_the_book_is_translated(root):
    from babel.messages.pofile import read_po

    with (root / "book" / "locale" / "id" / "LC_MESSAGES" / "book.po").open("rb") as file:
        messages = [message for message in read_po(file, locale="id") if message.id]
    assert len(messages) > 500
    assert [message.id for message in messages if not message.string] == []

"""Text in one normal form, positions in one way of counting."""

import hashlib
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrobook.exchange.project import ForeignFileError
from metrobook.exchange.text import checksum, code_points, decode, moved, normalise, widths

CHARS = st.characters(exclude_categories=["Cs"])
ANY = st.text(
    st.one_of(CHARS, st.sampled_from("e\u0301\u0327\u0323\r\n\ufeff😀aé\u1100\u1161\u11a8"))
)


@given(ANY)
def test_normal_form_is_reached_at_once_and_stays(text):
    once = normalise(text)
    assert normalise(once) == once
    assert unicodedata.is_normalized("NFC", once) and "\r" not in once
    assert checksum(normalise(once)) == checksum(once)


@given(ANY)
def test_the_same_words_written_in_other_ways_have_one_checksum(text):
    once = normalise(text)
    other = "\ufeff" + unicodedata.normalize("NFD", once).replace("\n", "\r\n")
    assert checksum(normalise(other)) == checksum(once)


def test_the_checksum_is_sha256_of_utf8():
    assert checksum("é") == hashlib.sha256(b"\xc3\xa9").hexdigest()


@given(st.text(CHARS), st.data())
def test_byte_offsets_become_code_points_and_back(text, data):
    places = data.draw(st.lists(st.integers(0, len(text))))
    bytewise = [len(text[:place].encode()) for place in places]
    units = [len(text[:place].encode("utf-16-le")) // 2 for place in places]
    assert code_points(text, bytewise) == places
    assert code_points(text, units, "utf-16") == places
    assert widths(text).sum() == len(text.encode())


@given(st.text(CHARS), st.integers(0, 1000))
def test_an_offset_inside_a_character_moves_behind_it_and_never_beyond_the_text(text, offset):
    place = code_points(text, [offset])[0]
    assert 0 <= place <= len(text)
    assert len(text[:place].encode()) >= min(offset, len(text.encode()))
    assert place == 0 or len(text[: place - 1].encode()) < offset


@given(
    st.lists(st.sampled_from(["a", "e\u0301", "\r\n", "\r", "😀", " ", "o\u0302\u0323", "\ufeff"]))
)
def test_positions_between_letters_follow_them_into_normal_form(letters):
    text = "".join(letters)
    normal = normalise(text)
    bounds = [len("".join(letters[:count])) for count in range(len(letters) + 1)]
    placed = moved(text, bounds)
    assert placed[-1] == len(normal) and placed == sorted(placed)
    for count, letter in enumerate(letters):
        if letter not in ("\ufeff", "\r", "\r\n"):
            between = normal[placed[count] : placed[count + 1]]
            assert between == unicodedata.normalize("NFC", letter)


def test_a_position_inside_a_composed_letter_moves_behind_it():
    assert moved("ne\u0301 x", [1, 2, 3]) == [1, 2, 2]
    assert moved("abc", [-4, 99]) == [0, 3]


@pytest.mark.parametrize(
    ("encoding", "named"),
    [
        ("utf-8", "utf-8"), ("utf-8-sig", "utf-8-sig"), ("utf-16", "utf-16"),
        ("utf-16-le", "utf-16-le"), ("utf-16-be", "utf-16-be"), ("utf-32", "utf-32"),
        ("cp1252", "cp1252"),
    ],
)  # fmt: skip
def test_text_is_read_in_the_encoding_it_was_written_in(encoding, named):
    words = "Contoh sintetis: “kota penyangga” – café, naïve."
    assert decode(words.encode(encoding), "a.txt") == (words, named)


def test_text_in_another_script_is_guessed():
    words = "Привет, это выдуманный пример текста для проверки кодировки. " * 5
    assert decode(words.encode("cp1251"), "a.txt")[0] == words


def test_an_empty_file_is_an_empty_text():
    assert decode(b"", "a.txt") == ("", "utf-8")


@pytest.mark.parametrize(
    "content",
    [
        bytes(range(256)),
        b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\xff",
        b"\xff\xfea",
        b"a\0b\0\0\0",
        b"\x01\x80ab",
    ],
)
def test_bytes_that_are_no_text_are_refused(content):
    with pytest.raises(ForeignFileError, match=r"a\.txt is not readable text"):
        decode(content, "a.txt")

"""Policy brief: two printed pages and a page of the book, with content that cannot break either.

All content here is made up for the tests; nothing of it is evidence.
"""

import re
import zlib
from dataclasses import replace
from io import BytesIO

import matplotlib.image
import pandas as pd
import pytest
from bs4 import BeautifulSoup
from hypothesis import given, settings
from hypothesis import strategies as st

from metrobook.language import translations
from metrobook.render.brief import (
    SIZES,
    Brief,
    ChannelRow,
    Finding,
    Recommendation,
    _compiler,
    brief_html,
    brief_pdf,
    headings,
)
from metrobook.render.charts import bars
from metrobook.render.theme import STANCE_COLOURS, save_svg

TYPST = '#panic("x") #read("/etc/passwd") *b* _i_ $x^2$ @ref <lab> [c] \\ / // /* `r` = h ~ --'
HTML = '<script>alert(1)</script><img src="x" onerror="alert(1)">{{ question }} &amp;'
WORD = "".join(chr(ord("A") + place % 26) for place in range(600))
MIRRORED = "שלום עולם"
EMOJI = "\N{GRINNING FACE} \N{NAZAR AMULET}"
HOSTILE = (TYPST, HTML, WORD, MIRRORED, EMOJI)

MADE_UP = "This sentence was made up for a test and says nothing about any city"
LABELS = {"supports": "supported", "qualifies": "mixed", "contradicts": "contradicted",
          "not collected": "not testable"}  # fmt: skip

STRING = r"\(((?:\\.|[^\\()]|\((?:\\.|[^\\()])*\))*)\)"


def found(place: int) -> dict[str, str]:
    stance = list(LABELS)[place % len(LABELS)]
    return {"label": LABELS[stance], "stance": stance, "confidence": "low confidence"}


def brief(language: str = "en", *, channels: int = 9, **changes: object) -> Brief:
    """A brief as full as that of the largest study: nine channels, nine recommendations."""
    content = Brief(
        language=language,
        title="Test study",
        subtitle=f"{MADE_UP}, {MADE_UP.lower()}?",
        answer_sentence=f"{MADE_UP}.",
        answer_paragraph=" ".join([f"{MADE_UP}."] * 9),
        headings=headings(translations(language).gettext),
        findings=[Finding(text=MADE_UP, **found(place)) for place in range(6)],
        channels=[
            ChannelRow(
                name=f"Channel {place}", statistic=f"{MADE_UP}.", said=f"{MADE_UP} {place}.",
                **found(place),
            )
            for place in range(channels)
        ],
        recommendations=[
            Recommendation("Test government", f"{MADE_UP}; {MADE_UP.lower()}.", "Office", "high")
            for _ in range(9)
        ],
        evidence_wanted=[MADE_UP] * 5,
        limits=[f"{MADE_UP}."] * 4,
        sources_note=f"{MADE_UP}.",
        address="https://example.org/brief",
    )  # fmt: skip
    return replace(content, **changes)


def drawing() -> str:
    frame = pd.DataFrame({"label": ["a", "b"], "value": [1.0, 2.0]})
    return save_svg(bars(frame, width=3.4, label="label", value="value"))


def page(content: Brief) -> BeautifulSoup:
    return BeautifulSoup(brief_html(content), "html.parser")


def objects(pdf: bytes) -> dict[int, bytes]:
    found = re.finditer(rb"\n(\d+) 0 obj\n(.*?)\nendobj", pdf, re.DOTALL)
    return {int(match[1]): match[2] for match in found}


def unpacked(body: bytes) -> str:
    return zlib.decompressobj().decompress(body.split(b"stream\n", 1)[1]).decode("latin-1")


def pages(pdf: bytes) -> list[str]:
    """Return the text of each page, as a reader would select it, without spaces."""
    parts = objects(pdf)
    leaves = [body for body in parts.values() if body.startswith(b"<</Type/Page/")]
    return [re.sub(r"[\s\u200b]", "", _text(body, parts)) for body in leaves]


def _text(body: bytes, parts: dict[int, bytes]) -> str:
    def part(key: bytes, within: bytes) -> bytes:
        return parts[int(re.search(rb"/" + key + rb" (\d+) 0 R", within)[1])]

    fonts = re.search(rb"/Font<<(.*?)>>", part(b"Resources", body))[1]
    signs = {
        name.decode(): _signs(unpacked(part(b"ToUnicode", parts[int(font)])))
        for name, font in re.findall(rb"/(f\d+) (\d+) 0 R", fonts)
    }
    text, used = [], {}
    content = re.sub(r"<<.*?>>", "", unpacked(part(b"Contents", body)), flags=re.DOTALL)
    for font, drawn in re.findall(rf"/(f\d+) [\d.]+ Tf|{STRING}", content, re.DOTALL):
        used = signs[font] if font else used
        codes = _unescaped(drawn).encode("latin-1").decode("utf-16-be")
        text.extend(used[ord(code)] for code in codes)
    return "".join(text)


def _signs(cmap: str) -> dict[int, str]:
    pairs = re.findall(r"<([0-9A-F]{4})> <([0-9A-F]+)>", cmap)
    return {int(code, 16): bytes.fromhex(sign).decode("utf-16-be") for code, sign in pairs}


def _unescaped(drawn: str) -> str:
    named = {"n": "\n", "r": "\r", "t": "\t", "b": "\b", "f": "\f"}
    octal = r"\\([0-7]{1,3}|.)"
    return re.sub(
        octal,
        lambda sign: chr(int(sign[1], 8)) if sign[1].isdigit() else named.get(sign[1], sign[1]),
        drawn,
        flags=re.DOTALL,
    )


def squeezed(text: str) -> str:
    return re.sub(r"\s", "", text)


@pytest.fixture(scope="module")
def full() -> bytes:
    return brief_pdf(brief(map_svg=drawing(), map_text="Two bars"))


@pytest.mark.parametrize("language", ["en", "id"])
def test_a_full_brief_takes_two_a4_pages(language):
    pdf = brief_pdf(brief(language, map_svg=drawing(), map_text="Two bars"))
    assert len(pages(pdf)) == 2
    sizes = re.findall(rb"/MediaBox\[0 0 ([\d.]+) ([\d.]+)\]", pdf)
    assert sizes == [(b"595.2756", b"841.8898")] * 2


def test_the_same_brief_gives_the_same_bytes_without_a_date(full):
    assert full == brief_pdf(brief(map_svg=drawing(), map_text="Two bars"))
    assert full != brief_pdf(brief())
    assert not re.search(rb"CreationDate|ModDate|CreateDate|ModifyDate", full)


def test_the_pdf_is_tagged_titled_and_describes_its_map(full):
    assert b"/Marked true" in full and b"<pdfuaid:part>1</pdfuaid:part>" in full
    assert b"/Title(Test study)" in full and b"/DisplayDocTitle true" in full
    assert b"/Alt(Two bars)" in full
    assert len(re.findall(rb"/S/TH\b", full)) == 8


@pytest.mark.parametrize("language", ["en", "id"])
def test_pdf_and_page_name_their_language(language):
    assert b"/Lang(%s)" % language.encode() in brief_pdf(brief(language))
    assert page(brief(language)).div["lang"] == language


def test_all_text_can_be_selected():
    content = brief()
    text = "".join(pages(brief_pdf(content)))
    said = [row.said for row in content.channels]
    whole = (content.subtitle, content.answer_paragraph, *said, content.address)
    assert [part for part in whole if squeezed(part) not in text] == []


@pytest.mark.parametrize("stance", STANCE_COLOURS)
def test_a_finding_says_in_words_what_its_colour_says(stance):
    finding = Finding("outcome in words", stance, "rather sure", MADE_UP)
    content = brief(channels=0, findings=[finding])
    assert "outcomeinwordsrathersure" in pages(brief_pdf(content))[0]
    label = page(content).find("strong", class_=f"mb-stance-{stance.replace(' ', '-')}")
    assert label.get_text() == "outcome in words"


def test_type_shrinks_a_little_before_a_brief_runs_on_to_a_third_page():
    steps = []
    for sentences in range(10, 200, 6):
        pdf = brief_pdf(brief(answer_paragraph=f"{MADE_UP}. " * sentences))
        steps.append((type_size(pdf), len(pages(pdf))))
        if steps[-1][1] > 2:
            break
    assert list(dict.fromkeys(steps)) == [(9.6, 2), (9.2, 2), (8.8, 2), (9.6, 3)]


def type_size(pdf: bytes) -> float:
    """Return the size of the type in which the answer is set on the first page."""
    sheet = next(body for body in objects(pdf).values() if body.startswith(b"<</Type/Page/"))
    content = unpacked(objects(pdf)[int(re.search(rb"/Contents (\d+)", sheet)[1])])
    used = {float(size) for size in re.findall(r"/f\d+ ([\d.]+) Tf", content)}
    return (used & {*SIZES}).pop()


def test_long_content_runs_on_without_loss():
    content = brief(channels=60)
    sheets = pages(brief_pdf(content))
    text = "".join(sheets)
    assert len(sheets) > 2
    assert [row.name for row in content.channels if squeezed(row.name) not in text] == []
    assert text.endswith(f"https://example.org/briefPolicybrief{len(sheets)}/{len(sheets)}")


def test_a_row_longer_than_a_page_breaks_and_loses_no_word():
    words = [f"word{place}" for place in range(3000)]
    row = ChannelRow(name=WORD, statistic=WORD, said=" ".join(words), **found(0))
    advice = Recommendation(to=WORD, text=WORD, actors=WORD, priority=WORD)
    content = replace(brief(), channels=[row], recommendations=[advice])
    text = "".join(pages(brief_pdf(content)))
    assert [word for word in words if word not in text] == []
    assert text.count("Z") == 6 * WORD.count("Z")


@pytest.mark.parametrize("text", [WORD, "word " * 700, f"{MADE_UP}. "])
def test_nothing_is_drawn_beyond_the_margins(text):
    sheets = _compiler(everywhere(text), SIZES[0]).compile(format="png", ppi=25.4)
    for sheet in sheets if isinstance(sheets, list) else [sheets]:
        ink = matplotlib.image.imread(BytesIO(sheet))[:, :, :3].min(axis=2) < 0.9
        down, across = ink.nonzero()
        assert ink.shape == (297, 210)
        assert across.min() >= 15 and across.max() <= 210 - 15
        assert down.min() >= 12 and down.max() <= 297 - 6


@pytest.mark.parametrize(
    "key", ["findings", "channels", "recommendations", "evidence_wanted", "limits"]
)
def test_an_empty_list_drops_its_section(key):
    full, without = brief(), replace(brief(), **{key: []})
    heading = full.headings[key]
    assert squeezed(heading) in "".join(pages(brief_pdf(full)))
    assert squeezed(heading) not in "".join(pages(brief_pdf(without)))
    assert heading in [tag.get_text() for tag in page(full).find_all("h2")]
    assert heading not in [tag.get_text() for tag in page(without).find_all("h2")]


def everywhere(text: str) -> Brief:
    """Return a brief that says the same in every place."""
    verdict = {"label": text, "stance": "qualifies", "confidence": text}
    return Brief(
        "en", text, text, text, text, headings(str), [Finding(text=text, **verdict)],
        [ChannelRow(name=text, statistic=text, said=text, **verdict)],
        [Recommendation(text, text, text, text)], [text], [text], text, text,
    )  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_is_shown_as_it_is(text):
    content = everywhere(text)
    shown = "".join(pages(brief_pdf(content)))
    sought = squeezed(text)
    assert sought in shown or sought[::-1] in shown
    assert all(shown.count(sign) >= 20 * sought.count(sign) for sign in sought)
    html = page(content)
    assert not html.find(["script", "img"]) and not html.find(style=True)
    assert html.get_text().count(text) == 19


@settings(max_examples=25)
@given(st.text(max_size=80))
def test_no_text_stops_the_brief(text):
    content = everywhere(f"x{text}")
    assert brief_pdf(content).startswith(b"%PDF")
    assert "x" in page(content).get_text()


@pytest.mark.parametrize("sign", ["\x00", "\ufeff", "\ufffe", "\u2028", "\ud800", "\r\n"])
def test_signs_that_no_page_can_show_become_a_space(sign):
    pdf = brief_pdf(brief(title=f"One{sign}two", subtitle=f"three{sign}four"))
    assert b"/Title(One two)" in pdf
    assert "threefour" in pages(pdf)[0]


def test_the_page_is_made_of_headed_sections_and_tables_that_become_cards():
    html = page(brief(map_svg=drawing(), map_text="Two <bars>"))
    for section in html.find_all("section"):
        assert section.h2["id"] == section["aria-labelledby"]
    assert len(html.find_all("section")) == 6
    for table in html.find_all("table"):
        assert "mb-cards" in table["class"]
        assert [cell["scope"] for cell in table.thead.find_all("th")] == ["col"] * 4
        assert all(row.th["scope"] == "row" for row in table.tbody.find_all("tr"))
    assert html.img["alt"] == "Two <bars>"
    assert html.img["src"].startswith("data:image/svg+xml;base64,")
    assert html.find("p", class_="mb-finding").get_text() == f"{MADE_UP}."


def test_a_finding_of_unknown_stance_is_refused():
    with pytest.raises(ValueError, match="“good news” has the stance “good”; expected one of"):
        Finding("good news", "good", "", MADE_UP)


def test_a_brief_without_title_is_refused():
    with pytest.raises(ValueError, match="has no title"):
        brief(title=" ")


def test_a_map_without_description_is_refused():
    with pytest.raises(ValueError, match="map of the brief has no description"):
        brief(map_svg=drawing())

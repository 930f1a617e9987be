from bs4 import BeautifulSoup
from markupsafe import Markup

from metrobook.render.joint_display import ChannelCard, joint_display

TITLES = {"place": "Where", "figures": "Figures", "said": "Said"}


def card(**changes):
    parts = {name: Markup(f"<p>{name}</p>") for name in ("claims", "place", "figures", "said")}
    texts = {"id": "m", "name": "Roads", "text": "They bind.", "stance": "supports",
             "verdict": "It stands.", "grade": "low"}  # fmt: skip
    return ChannelCard(**{**texts, **parts, **changes})


def test_each_card_holds_verdict_claims_and_its_three_parts_in_order():
    page = BeautifulSoup(joint_display([card(), card(id="n")], TITLES), "html.parser")
    sections = page.find_all("section")
    assert [section["id"] for section in sections] == ["channel-m", "channel-n"]
    cells = sections[0].find("div").find_all("div")
    assert [cell.get_text("|") for cell in cells] == ["Where|place", "Figures|figures", "Said|said"]
    assert "It stands. low" in sections[0].get_text()


def test_texts_are_escaped_and_markup_is_kept():
    page = joint_display([card(name="<script>x</script>", verdict="a < b")], TITLES)
    assert "<script>" not in page and "a &lt; b" in page and "<p>figures</p>" in page


def test_the_colour_never_stands_without_words():
    section = BeautifulSoup(joint_display([card()], TITLES), "html.parser").find(class_="mb-stance")
    assert section.get_text(strip=True)

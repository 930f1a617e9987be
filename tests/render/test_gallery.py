"""The gallery shows pictures with their captions, and says what is not shown and why."""

import pytest

from metrobook.compendium import StudyError, data_resources
from metrobook.imports.photos import read_photos
from metrobook.render.chapter import Chapter
from metrobook.render.gallery import gallery_html, not_shown, pictures, show_gallery
from metrobook.study import Study
from tests.imports.photo_samples import describe, jpeg

STATION = (107.55, -6.88)


@pytest.fixture
def study(compendium, tmp_path, monkeypatch):
    """The second study with synthetic pictures, one of them shown."""
    monkeypatch.setenv("METROBOOK_RESULTS", str(tmp_path / "results"))
    data_resources.cache_clear()
    folder = tmp_path / "pictures"
    folder.mkdir()
    for name in ("a.jpg", "b.jpg", "c.jpg", "d.jpg"):
        jpeg(folder / name, place=STATION)
    describe(
        folder,
        'a.jpg,"A <b>synthetic</b> ""platform""",Peron,public,none,3171',
        "b.jpg,Synthetic gate,Gerbang,public,unchecked,",
        "c.jpg,Synthetic office,Kantor,withheld,none,",
        "d.jpg,Synthetic queue,Antrean,anonymised,blurred,",
        header="file,caption_en,caption_id,consent,faces,area_code",
    )
    study = Study.load("jabodetabek")
    proposal = read_photos(folder, study, publisher="Synthetic photographer", title="Synthetic")
    assert proposal.amendment.problems() == []
    proposal.amendment.make()
    yield Study.load("jabodetabek")
    data_resources.cache_clear()


def chapter(language: str = "en") -> Chapter:
    return Chapter("02-collection", study="jabodetabek", language=language)


def test_a_picture_has_its_caption_as_text_and_alternative(study):
    html = gallery_html(chapter(), pictures(chapter()))
    escaped = "A &lt;b&gt;synthetic&lt;/b&gt; &#34;platform&#34;"
    assert html.count("<img ") == 1
    assert f'alt="{escaped}" width="64" height="32"' in html
    assert f"<figcaption>{escaped}<br>" in html
    assert f"{study.name('3171', 'en')} · November 2026" in html


def test_captions_and_months_follow_the_language(study):
    [row] = pictures(chapter("id")).to_dict("records")
    assert (row["caption"], row["month"]) == ("Peron", "November 2026")


def test_the_site_shows_the_copied_picture_and_a_notebook_by_hand_its_bytes(study, monkeypatch):
    monkeypatch.delenv("METROBOOK_SITE", raising=False)
    assert 'src="data:image/jpeg;base64,' in gallery_html(chapter(), pictures(chapter()))
    monkeypatch.setenv("METROBOOK_SITE", "1")
    html = gallery_html(chapter(), pictures(chapter()))
    assert 'src="data/collection/photos/a.jpg"' in html


def test_what_is_not_shown_is_counted_by_reason(study):
    assert not_shown(chapter(), study.whole_table("photos")) == [
        "2 pictures are not shown, because those concerned have not agreed to it.",
        "1 picture is not shown, because somebody may be recognised on it.",
    ]


def test_the_chapter_shows_pictures_with_their_source_and_no_exact_place(study, capsys):
    opened = chapter()
    show_gallery(opened)
    fragment = opened.results.fragments["photos"]
    assert "source-synthetic-photographer-synthetic" in fragment
    table = (opened.results.folder / opened.results.tables["photos"]).read_text("utf-8")
    assert table.splitlines()[0] == "photo_id,caption,area,month"
    assert "office" not in table
    assert "November 2026" in table


def test_without_photos_nothing_is_shown(compendium, tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("METROBOOK_RESULTS", str(tmp_path / "results"))
    opened = Chapter("02-collection", study="bandung-cimahi", language="en")
    capsys.readouterr()
    show_gallery(opened)
    assert opened.results.fragments == {}
    assert capsys.readouterr().out == ""


def test_a_picture_that_is_gone_is_told(study):
    (study.folder / "collection/photos/a.jpg").unlink()
    with pytest.raises(StudyError, match=r"collection/photos/a\.jpg is no picture"):
        gallery_html(chapter(), pictures(chapter()))

"""Reading a drawn figure: its visible texts and the boxes they fill."""

from collections.abc import Callable
from itertools import combinations

import matplotlib as mpl
import pytest
from matplotlib.figure import Figure
from matplotlib.text import Text

from metrobook.render import theme

WIDTHS = (7.6, 3.4)


def _texts(figure: Figure) -> list[Text]:
    return [text for text in figure.findobj(Text) if text.get_text().strip() and text.get_visible()]


@pytest.fixture
def shown() -> Callable[[Figure], str]:
    """All visible text of a figure, with line breaks read as spaces."""
    return lambda figure: " | ".join(text.get_text().replace("\n", " ") for text in _texts(figure))


@pytest.fixture
def legible() -> Callable[[Figure, float], None]:
    """Assert that a figure has the width asked for and that its texts can be read."""

    def check(figure: Figure, width: float) -> None:
        page_width, page_height = figure.get_size_inches()
        assert page_width == pytest.approx(width)
        with mpl.rc_context(theme.SETTINGS):
            figure.draw_without_rendering()
            renderer = figure.canvas.get_renderer()
            boxes = [(text.get_text(), text.get_window_extent(renderer)) for text in _texts(figure)]
        assert all(text.get_fontsize() >= 8.5 for text in _texts(figure))
        for name, box in boxes:
            inside = box.x0 > -0.5 and box.y0 > -0.5
            inside &= box.x1 < page_width * 72 + 0.5 and box.y1 < page_height * 72 + 0.5
            assert inside, f"{name!r} is cut off"
        for (name, box), (other_name, other) in combinations(boxes, 2):
            wide = min(box.x1, other.x1) - max(box.x0, other.x0)
            tall = min(box.y1, other.y1) - max(box.y0, other.y0)
            assert wide < 1 or tall < 1.5, f"{name!r} and {other_name!r} overlap"

    return check


@pytest.fixture(params=WIDTHS, ids=("page", "phone"))
def width(request: pytest.FixtureRequest) -> float:
    return request.param

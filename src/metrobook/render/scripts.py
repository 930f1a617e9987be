"""Texts of a study within the scripts of a map, so that neither browser nor template runs them."""

from __future__ import annotations

import re
from typing import Any

from jinja2.utils import htmlsafe_json_dumps
from markupsafe import Markup, escape


def html_text(text: Any) -> str:
    """Return a text as HTML that folium, which reads its scripts as templates, leaves alone.

    Examples
    --------
    >>> html_text("<b>{{ 7 * 7 }}")
    '&lt;b&gt;&#123;&#123; 7 * 7 }}'
    """
    return str(escape(text)).replace("{", "&#123;")


def script_json(value: Any) -> Markup:
    r"""Return data as JSON for a script that is read as a template.

    JSON itself never opens a template tag: any that it holds stands in a text.

    Examples
    --------
    >>> print(script_json({"name": "{{ 7 * 7 }}"}))
    {"name": "\u007b{ 7 * 7 }}"}
    """
    return Markup(re.sub(r"\{(?=[{%#])", r"\\u007b", htmlsafe_json_dumps(value, sort_keys=True)))

"""The mark of the site, which browsers show on the tab of a page: a core, a buffer, their tie."""

from __future__ import annotations

from metrobook.render.theme import MUTED, ROLE_COLOURS

ICON = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32">'
    f'<path d="M12 12 25 25" stroke="{MUTED}" stroke-width="4"/>'
    f'<circle cx="12" cy="12" r="10" fill="{ROLE_COLOURS["core"]}"/>'
    f'<circle cx="25" cy="25" r="6" fill="{ROLE_COLOURS["buffer"]}"/>'
    "</svg>\n"
)

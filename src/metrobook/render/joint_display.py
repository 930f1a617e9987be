"""Joint display: for each channel, map, figures, statements and finding side by side.

References
----------
Guetterman, T. C., Fetters, M. D., Creswell, J. W. (2015), joint displays, *Annals of Family
Medicine* 13(6).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from markupsafe import Markup

CARD = Markup(
    '<section class="mb-channel" id="channel-{id}">'
    '<p class="mb-channel-name"><strong>{name}</strong> {text}</p>'
    '<p class="mb-stance mb-stance-{stance}"><strong>{verdict}</strong> {grade}</p>{claims}'
    '<div class="mb-channel-row">{cells}</div></section>'
)
CELL = Markup('<div><p class="mb-channel-head">{title}</p>{body}</div>')


@dataclass(frozen=True)
class ChannelCard:
    """What is known of one channel; texts are escaped, markup is kept.

    Attributes
    ----------
    id, name, text : str
        Key, name and what is said of the channel.
    stance : str
        Class of the colour beside the verdict: ``supports``, ``qualifies``, ``contradicts`` or
        ``not-collected``.
    verdict, grade : str
        The finding and the confidence in it.
    claims, place, figures, said : markupsafe.Markup
        Its claims with their findings; where to see it; the statistics; what offices said.
    """

    id: str
    name: str
    text: str
    stance: str
    verdict: str
    grade: str
    claims: Markup
    place: Markup
    figures: Markup
    said: Markup


def joint_display(cards: list[ChannelCard], titles: Mapping[str, str]) -> Markup:
    """Return the cards of all channels, one below the other.

    Parameters
    ----------
    cards : list of ChannelCard
    titles : mapping
        Heads of ``place``, ``figures`` and ``said``.

    Examples
    --------
    >>> card = ChannelCard("m", "A & B", "", "supports", "stands", "", *[Markup("<p>x</p>")] * 4)
    >>> "<strong>A &amp; B</strong>" in joint_display([card], dict.fromkeys(
    ...     ("place", "figures", "said"), "head"))
    True
    """
    return Markup("").join(
        CARD.format(
            cells=Markup("").join(
                CELL.format(title=titles[part], body=getattr(card, part))
                for part in ("place", "figures", "said")
            ),
            **{key: value for key, value in vars(card).items() if key not in titles},
        )
        for card in cards
    )

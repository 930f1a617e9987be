"""Scales: which answers are steps between two ends, and which stand for no answer at all.

Words of several languages are known; where none of them fits, no scale is claimed.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import replace

from metrobook.imports.questionnaire import Choice


def _listed(words: str) -> frozenset[str]:
    return frozenset(words.split())


FEWEST, MOST = 3, 11
MISSING = re.compile(
    r"(do ?n.?t know|do not know|no answer|not sure|prefer not|refused?|not applicable|no opinion"
    r"|could not tell|can.?t say|n/?a|ns/nr|tidak tahu|tidak bersedia|tidak menjawab"
    r"|tidak dapat dipastikan|tidak berlaku|weiss( ich)? nicht|keine angabe|kann ich nicht"
    r"|nao sei|nao sabe|prefiro nao|no se|no sabe|no contesta|prefiero no|(je )?ne sai[st] pas"
    r"|sans opinion|sans reponse|non so|preferisco non|weet( ik)? niet|geen mening)\b.*"
)
HIGH = _listed("""
    agree satisfied happy good excellent better easy likely important safe positive increase
    increased setuju puas baik bagus mudah penting aman positif zu zustimmen zufrieden gut besser
    leicht einfach wichtig wahrscheinlich sicher positiv concordo acordo satisfeito satisfeita bom
    boa melhor facil provavel positivo acuerdo satisfecho satisfecha bueno buena mejor probable
    importante otimo otima accord satisfait satisfaite bon bonne facile accordo soddisfatto
    soddisfatta buono buona eens tevreden goed makkelijk belangrijk
""")
LOW = _listed("""
    disagree dissatisfied unsatisfied unhappy poor bad worse difficult hard unlikely unimportant
    unsafe negative decrease decreased buruk sulit negatif lehne unzufrieden schlecht schlechter
    schwierig unwichtig unwahrscheinlich unsicher negativ discordo insatisfeito insatisfeita ruim
    pior mau dificil improvavel negativo desacuerdo insatisfecho insatisfecha malo mala mal peor
    improbable insatisfait mauvais mauvaise difficile disaccordo insoddisfatto insoddisfatta
    cattivo oneens ontevreden slecht moeilijk
""")
NEUTRAL = _listed("""
    neither neutral undecided same netral ragu biasa sama weder teils unentschieden gleich
    neutro indiferente indeciso igual neutre neutrale neutraal
""")
UNMOVED = _listed("influence change effect difference berpengaruh berubah einfluss")
NOT = _listed("not no none tidak kurang bukan nicht kein keine nao pas non niet")
STRONG = _listed("""
    very strongly completely totally fully much far extremely excellent sangat jauh sekali sehr
    voll vollig uberhaupt ganz muito totalmente completamente muy tout tres molto zeer helemaal
    otimo otima
""")
WEAK = _listed("""
    somewhat rather quite tend slightly little cukup agak kurang sedikit eher teilweise
    parcialmente algo bastante plutot abbastanza
""")


def plain(text: str) -> str:
    """Return a text in lower case, without accents, underscores and signs at its edges.

    Examples
    --------
    >>> plain(" Überhaupt_nicht! ")
    'uberhaupt nicht'
    """
    letters = unicodedata.normalize("NFKD", text.casefold().replace("ß", "ss"))
    bare = "".join(char for char in letters if not unicodedata.combining(char))
    return " ".join(re.sub(r"^[\W_\d]+|[\W_]+$", "", bare.replace("_", " ")).split())


def stands_for_missing(choice: Choice) -> bool:
    """Tell whether a choice stands for no answer, by its code and labels.

    Examples
    --------
    >>> stands_for_missing(Choice("98", {"en": "Don't know"}))
    True
    """
    return any(MISSING.fullmatch(plain(text)) for text in (choice.code, *choice.labels.values()))


def side_of(text: str) -> str:
    """Return the side of a scale on which an answer lies: low, neutral, high; blank if none.

    Examples
    --------
    >>> [side_of(text) for text in ("Tidak setuju", "Netral", "Stimme eher zu", "Bandung")]
    ['low', 'neutral', 'high', '']
    """
    words = _words(text)
    high, low, denied = words & HIGH, words & LOW, words & NOT
    if words & NEUTRAL or (high and low) or (denied and words & UNMOVED):
        return "neutral"
    if low:
        return "low"
    return ("low" if denied else "high") if high else ""


def as_scale(choices: Sequence[Choice], missing: Sequence[str] = ()) -> tuple[Choice, ...] | None:
    """Return the choices with the side of each, or None where they are no scale.

    A scale has three to eleven steps, both ends, at most one middle, and leads from one end to
    the other. The labels of one language must all be known, or all the codes.

    Parameters
    ----------
    choices : sequence of Choice
        In their order.
    missing : sequence of str
        Codes that are no step.
    """
    steps = [choice for choice in choices if choice.code not in missing]
    if not FEWEST <= len(steps) <= MOST:
        return None
    languages = dict.fromkeys(language for choice in steps for language in choice.labels)
    readings = [[step.labels.get(language, "") for step in steps] for language in languages]
    for texts in (*readings, [step.code for step in steps]):
        sides = [side_of(text) for text in texts]
        if _leads_across(sides):
            return _with_sides(choices, dict(zip((s.code for s in steps), sides, strict=True)))
    return None


def by_position(choices: Sequence[Choice], missing: Sequence[str] = ()) -> tuple[Choice, ...]:
    """Return the choices as a scale from the first, which is low, to the last, which is high.

    Examples
    --------
    >>> [choice.side for choice in by_position([Choice("1"), Choice("2"), Choice("3")])]
    ['low', 'neutral', 'high']
    """
    steps = [choice.code for choice in choices if choice.code not in missing]
    middle = (len(steps) - 1) / 2
    sides = {
        code: "neutral" if place == middle else "low" if place < middle else "high"
        for place, code in enumerate(steps)
    }
    return _with_sides(choices, sides)


def in_order(choices: Sequence[Choice]) -> list[Choice]:
    """Return steps of a scale from low to high, those of one side from its end inwards.

    Only the side of each is known; the word that is strongest is put at the end by
    :func:`strength`.
    """
    ranks = {"low": 0, "neutral": 1, "high": 2}

    def rank(choice: Choice) -> tuple[int, int]:
        text = choice.labels.get("en") or next(iter(choice.labels.values()), choice.code)
        strong = strength(text)
        return ranks[choice.side], -strong if choice.side == "low" else strong

    return sorted(choices, key=rank)


def strength(text: str) -> int:
    """Return how strong the words of a step are: 2 strongly, 1 plainly, 0 somewhat.

    Examples
    --------
    >>> [strength(text) for text in ("Sangat setuju", "Setuju", "Agak setuju")]
    [2, 1, 0]
    """
    words = _words(text)
    return 2 if words & STRONG else 0 if words & WEAK else 1


def _words(text: str) -> frozenset[str]:
    return frozenset(re.findall(r"\w+", plain(text)))


def _leads_across(sides: Sequence[str]) -> bool:
    if "" in sides or not {"low", "high"} <= {*sides} or sides.count("neutral") > 1:
        return False
    ranks = [("low", "neutral", "high").index(side) for side in sides]
    return ranks in (sorted(ranks), sorted(ranks, reverse=True))


def _with_sides(choices: Sequence[Choice], sides: dict[str, str]) -> tuple[Choice, ...]:
    return tuple(replace(choice, side=sides.get(choice.code, "")) for choice in choices)

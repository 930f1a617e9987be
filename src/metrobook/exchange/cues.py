"""Subtitles (WebVTT and SubRip), also sloppy ones, as cues with times and speakers."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from itertools import pairwise

import webvtt
from webvtt.errors import MalformedFileError

from metrobook.exchange.project import ForeignFileError, Report

CLOCK = r"(?:(\d{1,3}):)?(\d{1,2}):(\d{1,2})(?:[.,](\d{1,3}))?"
TIMING = re.compile(rf"^\s*{CLOCK}\s*-{{1,2}}>\s*{CLOCK}[ \t]*(.*)$")
BLOCKS = ("NOTE", "STYLE", "REGION")
PROPER = re.compile(
    r"\s*((\d{2,}:)?\d\d:\d\d\.\d{3}\s+-->\s+(\d{2,}:)?\d\d:\d\d\.\d{3}"
    r"|\d\d:\d\d:\d\d,\d{3}\s+-->\s+\d\d:\d\d:\d\d,\d{3})(\s|$)"
)
VOICE = re.compile(r"<v(?:\.[^\s<>]{0,99})?\s{1,9}([^<>]{1,200})>", re.IGNORECASE)
MARKUP = re.compile(r"</?[a-zA-Z][^<>]{0,200}>|<[\d:.]{5,15}>|\{\\[^{}]{0,200}\}")


@dataclass(frozen=True)
class Cue:
    """Words said from one second to another, and by whom where the file tells."""

    start: float
    end: float
    speaker: str | None
    words: str


def read_cues(text: str, name: str, report: Report) -> list[Cue]:
    """Return the cues of a file of subtitles, in the order of their beginning.

    What is written sloppily is mended first and reported: a header or an empty line that is
    missing, times without hours or with a comma.

    Parameters
    ----------
    text : str
        Normalised.
    name : str
        Name of the file, for the message.
    report : Report

    Raises
    ------
    ForeignFileError
        If no cue is found.
    """
    mended = _mended(text, report)
    try:
        captions = list(webvtt.from_string(mended))
    except (MalformedFileError, ValueError) as error:
        raise ForeignFileError(
            f"{name} is no readable file of subtitles ({error}). Nothing was imported."
        ) from None
    cues, empty = [], 0
    for caption in captions:
        spoken = _spoken(caption.raw_text)
        empty += not spoken
        times = _seconds(caption.start), _seconds(caption.end)
        cues += [Cue(*times, *said) for said in spoken]
    if not cues:
        raise ForeignFileError(
            f"{name} holds no subtitles: lines like 00:00:01.000 --> 00:00:04.000 were expected. "
            "Nothing was imported."
        )
    ordered = sorted(cues, key=lambda cue: cue.start)
    report.read("cues", len(cues))
    report.lost("cues", empty, "hold no words")
    report.changed("cues", int(ordered != cues), "stood out of order; sorted by their beginning")
    overlapping = sum(after.start < before.end for before, after in pairwise(ordered))
    report.changed("cues", overlapping, "begin before the one before them ends; kept one by one")
    return ordered


def _mended(text: str, report: Report) -> str:
    """Return the file in the form the standard asks for."""
    lines = text.split("\n")
    timed = [TIMING.match(line) for line in lines]
    if lines[0].startswith("WEBVTT"):
        ends = (n for n, line in enumerate(lines) if timed[n] or not line.strip())
        first = next(ends, len(lines))
        lines, timed = lines[first:], timed[first:]
    following = _following(lines)
    mended, clocks, gaps, splits, arrows, block = ["WEBVTT", ""], 0, 0, 0, 0, ""
    for place, line in enumerate(lines):
        if not line.strip():
            if block == "cue" and _goes_on(lines, timed, following[place]):
                splits += mended[-1] != ""
                continue
            block = ""
            mended.append("")
        elif timing := timed[place]:
            start, end = _clock(timing.groups()[:4]), _clock(timing.groups()[4:8])
            clocks += not PROPER.match(line)
            number = [mended.pop()] if mended[-1].strip().isdigit() else []
            if mended[-1].strip() and block == "cue":
                gaps += 1
                mended.append("")
            mended += [*number, f"{start} --> {end}"]
            block = "cue"
        else:
            block = block or ("note" if line.startswith(BLOCKS) else "")
            arrows += "-->" in line
            mended.append(line.replace("-->", "→"))
    report.changed("times", clocks, "written otherwise than 00:00:00.000, read as meant")
    report.changed("cues", gaps, "had no empty line before them")
    report.changed("cues", splits, "had an empty line inside, which was taken out")
    report.changed("lines", arrows, "held an arrow --> without times; it became →")
    return "\n".join(mended)


def _following(lines: list[str]) -> list[int]:
    """Return for each line the place of the next one, itself included, that is not empty."""
    places, place = [], len(lines)
    for number in reversed(range(len(lines))):
        place = number if lines[number].strip() else place
        places.append(place)
    return places[::-1]


def _goes_on(lines: list[str], timed: list, place: int) -> bool:
    """Return whether a line after an empty one belongs to the cue before it."""
    if place >= len(lines) or lines[place].startswith(BLOCKS):
        return False
    return not any(timed[place : place + 2])


def _clock(parts: tuple) -> str:
    hours, minutes, seconds, fraction = parts
    thousandths = (fraction or "0").ljust(3, "0")
    return f"{int(hours or 0):02}:{int(minutes):02}:{int(seconds):02}.{thousandths}"


def _seconds(clock: str) -> float:
    """Return a time in seconds; the library drops the thousandths."""
    hours, minutes, seconds = clock.split(":")
    return 3600 * int(hours) + 60 * int(minutes) + float(seconds)


def _spoken(raw: str) -> list[tuple[str | None, str]]:
    """Return who says what in a cue, without markup."""
    speaker, said, done = None, [], 0
    for voice in [*VOICE.finditer(raw), None]:
        words = html.unescape(MARKUP.sub("", raw[done : voice.start() if voice else None]))
        if words := " ".join(words.split()):
            said.append((speaker, words))
        if voice:
            speaker, done = html.unescape(voice[1]).strip() or None, voice.end()
    return said

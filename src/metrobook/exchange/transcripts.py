"""Transcripts of interviews: text in normal form, who speaks, and when."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from metrobook.exchange.cues import read_cues
from metrobook.exchange.project import ForeignFileError, Project, Report, frame
from metrobook.exchange.text import checksum, decode, normalise
from metrobook.exchange.wordfiles import read_docx

KINDS = (".txt", ".docx", ".vtt", ".srt")
LARGEST = 64 * 1024**2
LONGEST_LABEL = 40
MOST_WORDS = 5
CLOCK = r"(?:\d{1,2}:)?\d{1,2}:\d{2}(?:[.,]\d{1,3})?"
# [00:01:02], (1:02), 00:01:02 and the #00:01:02-5# of f4
STAMP = re.compile(rf"\[\s*({CLOCK})\s*\]|\(\s*({CLOCK})\s*\)|#({CLOCK}(?:-\d)?)#")
BARE = rf"(\d{{1,2}}:\d{{2}}:\d{{2}}(?:[.,]\d{{1,3}})?)(?=\s|\Z)|({CLOCK})(?=\t|\s*\Z)"
LEADING = re.compile(rf"\s*(?:{STAMP.pattern}|{BARE})\s*[-–]?\s*")
TRAILING = re.compile(rf"(?:{STAMP.pattern})\s*\Z")
LABEL = re.compile(
    rf"(?P<name>[^\W\d_][^\n:\t\[\](){{}}<>#]{{0,{LONGEST_LABEL}}}?)"
    rf"\s*(?:{STAMP.pattern})?\s*(?::(?=\s|\Z)|\t)\s*"
)
BRACKETED = re.compile(rf"\[(?P<name>[^\W\d_][^\n\[\]:]{{0,{LONGEST_LABEL}}})\]\s*(?::\s*)?")
TIMED = re.compile(
    rf"(?P<name>[^\W\d_][^\n:\t\[\](){{}}<>#]{{0,{LONGEST_LABEL}}}?)"
    rf"\s+(?:{STAMP.pattern}|({CLOCK}))\s*\Z"
)
LABELS = (LABEL, BRACKETED, TIMED)
PARTICLES = {"al", "bin", "binti", "da", "dan", "de", "der", "di", "du", "van", "von", "of", "and"}
NO_SPEAKERS = set(
    re.findall(
        r"\w+",
        """
    applause crosstalk inaudible laughs laughter music noise pause silence unclear
    batuk bising diam hening jeda musik tertawa tepuk
""",
    )
)


@dataclass
class Transcript:
    """A transcript.

    Attributes
    ----------
    name : str
        Name of the file without its ending.
    text : str
        Normalised; labels of speakers and marks of time stay in it.
    turns : pandas.DataFrame
        ``start``, ``end`` (code points of ``text``, end exclusive, without the label),
        ``speaker`` (missing where unknown), ``time`` (seconds from the beginning, missing where
        unknown).
    report : Report
    """

    name: str
    text: str
    turns: pd.DataFrame
    report: Report = field(default_factory=Report)

    @property
    def checksum(self) -> str:
        """SHA-256 of the text, to see that positions still hold."""
        return checksum(self.text)

    def project(self) -> Project:
        """Return the transcript as a project with one document and no codings."""
        speakers = self.turns["speaker"].dropna().unique()
        return Project(
            name=self.name,
            origin="transcript",
            documents=frame("documents", [("D1", self.name, self.text, None)]),
            attributes=frame(
                "attributes",
                [
                    ("D1", "checksum", self.checksum),
                    *(("D1", "speaker", name) for name in speakers),
                ],
            ),
            report=self.report,
        )


def read_transcript(path: Path) -> Transcript:
    """Read a transcript from a text, DOCX, WebVTT or SubRip file.

    Speakers are recognised by their labels at the beginning of lines (``Name:``, ``P1:``,
    ``[Name]``, ``Name [00:01:02]:``, a name with a time on a line of its own), if a label comes
    twice at least and looks like a name; what looked like one and was not taken is reported. A
    time at the beginning of a turn is its time; one at the end (``#00:01:02-5#`` of f4) is the
    time of the turn that follows.

    Raises
    ------
    ForeignFileError
        If the file is of another kind, is no text, is too large or must not be trusted.
    """
    kind = path.suffix.lower()
    if kind not in KINDS:
        raise ForeignFileError(
            f"{path.name} is no transcript that can be read: {', '.join(KINDS)} were expected. "
            "Save it as one of them."
        )
    if path.stat().st_size > LARGEST:
        raise ForeignFileError(f"{path.name} is larger than {LARGEST >> 20} MiB.")
    report = Report()
    if kind == ".docx":
        written = read_docx(path, report)
    else:
        written, encoding = decode(path.read_bytes(), path.name)
        if not encoding.startswith("utf-8"):
            report.changed("encoding", 1, f"taken for {encoding}: look whether accents are right")
    text = normalise(written)
    if not text.strip():
        raise ForeignFileError(f"{path.name} holds no text. Nothing was imported.")
    report.changed("text", int(text != written), "composed characters and line feeds (NFC, LF)")
    if kind in (".vtt", ".srt"):
        text, turns = _from_cues(text, path.name, report)
    else:
        turns = _from_lines(text, report)
    report.read("characters", len(text))
    report.read("turns", len(turns))
    table = pd.DataFrame(turns, columns=["start", "end", "speaker", "time"], dtype=object)
    table = table.astype({"start": int, "end": int, "time": float})
    return Transcript(path.stem, text, table, report)


def _from_cues(source: str, name: str, report: Report) -> tuple[str, list[tuple]]:
    """Return one line per cue, with the speaker before it where another one begins."""
    cues = read_cues(source, name, report)
    labels = [LABEL.match(cue.words) for cue in cues]
    accepted = _speakers([(label["name"], label) for label in labels if label], report)
    lines, turns, place, last = [], [], 0, None
    for cue, label in zip(cues, labels, strict=True):
        speaker, words = cue.speaker, cue.words
        if speaker is None and label and label["name"] in accepted:
            speaker, words = label["name"], cue.words[label.end() :]
        prefix = f"{speaker}: " if speaker and speaker != last else ""
        last = speaker or last
        line = normalise(prefix + words)
        turns.append(
            (place + len(line) - len(normalise(words)), place + len(line), speaker, cue.start)
        )
        lines.append(line)
        place += len(line) + 1
    report.changed("times", len(cues), "are kept with the turns and no longer stand in the text")
    report.read("speakers", len({turn[2] for turn in turns} - {None}))
    return "\n".join(lines), turns


def _from_lines(text: str, report: Report) -> list[tuple]:
    lines, place = [], 0
    for line in text.split("\n"):
        leading = LEADING.match(line)
        begin = leading.end() if leading else len(line) - len(line.lstrip())
        label = next(filter(None, (pattern.match(line, begin) for pattern in LABELS)), None)
        lines.append((place, line, leading, label))
        place += len(line) + 1
    accepted = _speakers([(label["name"], label) for *_, label in lines if label], report)
    report.read("speakers", len(accepted))
    turns, speaking, waiting, fresh = [], None, None, True
    for place, line, leading, label in lines:
        if not line.strip():
            continue
        speaker = label["name"].strip() if label and label["name"].strip() in accepted else None
        begin = label.end() if speaker else leading.end() if leading else 0
        time = _seconds(leading) if leading else _seconds(label) if speaker else None
        if leading and not speaker and not line[begin:].strip():
            waiting, fresh = time, True
            continue
        speaking = speaker or speaking
        if speaker or leading or fresh or speaking is None:
            turns.append([place + begin, place, speaking, waiting if time is None else time])
            waiting, fresh = None, False
        trailing = TRAILING.search(line, begin)
        if trailing:
            waiting, fresh = _seconds(trailing), True
        turns[-1][1] = place + len(line[: trailing.start() if trailing else None].rstrip())
    return [
        (start + len(text[start:end]) - len(text[start:end].lstrip()), end, speaker, time)
        for start, end, speaker, time in turns
        if text[start:end].strip()
    ]


def _speakers(labels: list[tuple[str, re.Match]], report: Report) -> set[str]:
    """Return the labels that are taken for speakers: those that come twice and look like names."""
    counts = Counter(name.strip() for name, _ in labels)
    accepted = {name for name, count in counts.items() if count > 1 and _looks_like_name(name)}
    refused = [
        name for name, count in counts.items()
        if name not in accepted and (count > 1 or _looks_like_name(name))
    ]  # fmt: skip
    if refused:
        shown = ", ".join(f"“{name}”" for name in refused[:10])
        report.changed(
            "labels", len(refused), f"stand like a speaker's name, once only or unlike a name, "
            f"and stayed text: {shown}{' and more' if len(refused) > 10 else ''}",
        )  # fmt: skip
    return accepted


def _looks_like_name(name: str) -> bool:
    words = name.split()
    if not words or len(words) > MOST_WORDS or words[0].casefold() in NO_SPEAKERS:
        return False
    return len(words) == 1 or all(
        not word[0].islower() or word.casefold() in PARTICLES for word in words
    )


def _seconds(match: re.Match) -> float | None:
    clock = next((group for group in match.groups() if group and re.match(CLOCK, group)), None)
    if clock is None:
        return None
    whole, _, tenth = clock.partition("-")
    parts = [float(part) for part in whole.replace(",", ".").split(":")]
    return (
        sum(part * 60**power for power, part in enumerate(reversed(parts))) + int(tenth or 0) / 10
    )

"""Snakemake's progress in plain lines: what runs, why, and how far the book is.

Snakemake finds this module by its name; ``metrobook book`` asks for it.
"""

from __future__ import annotations

import logging
import re

from rich.console import Console
from snakemake_interface_logger_plugins.base import LogHandlerBase
from snakemake_interface_logger_plugins.common import LogEvent

MOST_FILES = 3
SAID_ELSEWHERE = re.compile("CalledProcessError|Exiting because|At least one job did not complete")


class LogHandler(LogHandlerBase):
    """Prints one line when a job starts and one when it ends."""

    def __post_init__(self) -> None:
        self.console = Console(stderr=True, highlight=False, soft_wrap=True)
        self.jobs: dict[int, str] = {}

    @property
    def writes_to_stream(self) -> bool:
        return True

    @property
    def writes_to_file(self) -> bool:
        return False

    @property
    def has_filter(self) -> bool:
        return True

    @property
    def has_formatter(self) -> bool:
        return True

    @property
    def needs_rulegraph(self) -> bool:
        return False

    def emit(self, record: logging.LogRecord) -> None:
        """Print what a reader of the terminal wants to know of an event."""
        event = getattr(record, "event", None)
        if event == LogEvent.JOB_INFO and record.rule_name != "all":
            self.jobs[record.jobid] = name = job_name(
                record.rule_name, dict(record.wildcards or {})
            )
            self.console.print(f"▶ {name}  [dim]{short_reason(record.reason)}[/dim]")
        elif event == LogEvent.JOB_FINISHED and record.job_id in self.jobs:
            self.console.print(f"✓ {self.jobs[record.job_id]}")
        elif event == LogEvent.JOB_ERROR:
            self.console.print(f"✗ {self.jobs.get(record.jobid, 'a job')}", style="bold red")
        elif event == LogEvent.PROGRESS:
            self.console.print(f"  {record.done} of {record.total}", style="dim")
        elif record.levelno >= logging.ERROR and not SAID_ELSEWHERE.search(record.getMessage()):
            self.console.print(record.getMessage(), markup=False)


def job_name(rule: str, wildcards: dict[str, str]) -> str:
    """Name a job by its step or rule and by what it is for.

    Examples
    --------
    >>> job_name("step", {"study": "jabodetabek", "language": "id", "step": "05-commuting"})
    '05-commuting · jabodetabek · id'
    """
    wildcards = dict(wildcards)
    return " · ".join([wildcards.pop("step", rule), *wildcards.values()])


def short_reason(reason: str) -> str:
    """Say in a few words why a job runs.

    Examples
    --------
    >>> short_reason("Updated input files: data/a/b.csv")
    'because data/a/b.csv changed'
    >>> short_reason("Missing output files: _build/html/index.html")
    'not built yet'
    """
    changed = re.search(r"Updated input files: (.*)", reason)
    if changed:
        files = changed[1].split(", ")
        more = f" and {len(files) - MOST_FILES} more" if len(files) > MOST_FILES else ""
        return f"because {', '.join(files[:MOST_FILES])}{more} changed"
    updated = re.search(r"Input files updated by another job: (.*)", reason)
    if reason.startswith("Missing output"):
        return "not built yet"
    return "because an earlier step ran again" if updated else reason

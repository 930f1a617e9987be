"""Who made the compendium and what it is called: all of it from ``CITATION.cff``."""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup

from metrobook.compendium import StudyError, project_root, read_yaml

FILE = "CITATION.cff"


@dataclass(frozen=True)
class Identity:
    """The compendium as it is cited.

    Attributes
    ----------
    title : str
        In full, with a subtitle after the colon.
    authors : tuple of str
    version, licence : str
        Empty where the file does not say.
    repository : str
        Address of the code; empty where it is not published.
    year : str
        Of the release; empty where there is none.
    """

    title: str
    authors: tuple[str, ...]
    version: str
    licence: str
    repository: str
    year: str

    @property
    def name(self) -> str:
        """The title without its subtitle."""
        return self.title.partition(":")[0].strip()

    @property
    def citation(self) -> Markup:
        """How to cite the compendium."""
        said = [", ".join(self.authors) + (f" ({self.year})" if self.year else ""), self.title]
        said += [f"Version {self.version}"] if self.version else []
        text = Markup("{}.").format(". ".join(said))
        if not self.repository:
            return text
        return text + Markup(' <a href="{0}" rel="noopener">{0}</a>').format(self.repository)


def identity() -> Identity:
    """Return what ``CITATION.cff`` says of the compendium.

    Raises
    ------
    StudyError
        If it does not name title and authors.
    """
    said = read_yaml(project_root() / FILE)
    try:
        return Identity(
            title=str(said["title"]),
            authors=(_author(said["authors"][0]), *map(_author, said["authors"][1:])),
            version=str(said.get("version", "")),
            licence=str(said.get("license", "")),
            repository=str(said.get("repository-code", "")),
            year=str(said.get("date-released", ""))[:4],
        )
    except (KeyError, IndexError, TypeError, AttributeError):
        raise StudyError(
            f"{FILE} names no title or no authors: fill both as the Citation File Format has it."
        ) from None


def _author(author: dict[str, str]) -> str:
    names = (author.get("given-names"), author.get("name-particle"), author.get("family-names"))
    return author.get("name") or " ".join(filter(None, names))

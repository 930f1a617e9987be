"""Which column of a plain table says what: a proposal in words, to be corrected."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

import pandas as pd

from metrobook.exchange.project import ForeignFileError
from metrobook.exchange.tables import Table

ROLES = {
    "document": "the document, interview or file",
    "code": "the code or codes",
    "segment": "the coded text",
    "coder": "who coded",
    "note": "a comment on the coding",
    "unit": "the number of the passage",
    "parent": "the category above the code",
}
# Headers that say it outright, and headers that may mean it: English, Indonesian, and the words
# of programs in German, French, Spanish, Portuguese and Dutch.
NAMES = {
    "document": (
        "document, document name, documents, document title, media title, source, source name, "
        "file, file name, filename, transcript, interview, dokumen, nama dokumen, judul dokumen, "
        "sumber, berkas, nama berkas, transkrip, wawancara, dokument, dokumentname, datei, "
        "nom du document, fichier, documento, nombre del documento, archivo, nome do documento, "
        "arquivo, bestand",
        "participant, respondent, case, title, informant, name, narasumber, responden, informan, "
        "partisipan, kasus, judul, nama, fall, titel, participante, cas, caso",
    ),
    "code": (
        "code, codes, code name, codename, coded with, codes applied combined, tag, tags, node, "
        "nodes, kode, nama kode, kode kode, codierung, codes de, code nom, codigo, codigos, "
        "etiqueta, codering",
        "theme, themes, label, labels, category, categories, topic, tema, kategori, topik, thema, "
        "kategorie, categoria, categorie",
    ),
    "segment": (
        "segment, segments, coded text, coded segment, coded segments, quotation, quotations, "
        "quotation content, quote, excerpt, excerpt copy, excerpt text, highlight, content, "
        "segmen, kutipan, teks terkode, teks berkode, penggalan, cuplikan, textstelle, zitat, "
        "segmento, extrait, cita, fragmento, trecho, citaat, fragment",
        "text, passage, statement, response, answer, teks, isi, pernyataan, jawaban, texte, texto, "
        "tekst",
    ),
    "coder": (
        "coder, coder name, coded by, coded by initials, rater, annotator, excerpt creator, "
        "pengode, pengkode, nama pengode, dikode oleh, codierer, codierer in, codeur, "
        "codificador, codificado por, codeur euse",
        "created by, author, user, researcher, analyst, owner, creator, peneliti, analis, penulis, "
        "dibuat oleh, autor, auteur, erstellt von, creado por, criado por",
    ),
    "note": (
        "comment, comments, memo, coding memo, komentar, kommentar, commentaire, comentario, "
        "opmerking",
        "note, notes, remark, catatan, keterangan, notiz, nota",
    ),
    "unit": (
        "quotation id, segment id, excerpt id, highlight id, unit, unit id, id kutipan, id segmen",
        "id, no, number, nomor, item, nummer, numero",
    ),
    "parent": (
        "parent code, parent, code group, code groups, code category, kode induk, kelompok kode, "
        "obercode, code parent, codigo padre, grupo de codigos",
        "category, group, kategori, kelompok, kategorie, categoria, categorie",
    ),
}  # fmt: skip
MARKS = {"", "0", "1", "x", "true", "false", "yes", "no", "ya", "tidak", "v", "✓", "✔", "-"}
GIVEN = {"1", "x", "true", "yes", "ya", "v", "✓", "✔"}
SEPARATORS = {"\n": "line ends", ";": "semicolons", "|": "vertical bars", ",": "commas"}
CODE_COLUMN = re.compile(r"code: (.+) applied\Z", re.IGNORECASE)


@dataclass(frozen=True)
class Mapping:
    """Which column of a table says what.

    Attributes
    ----------
    columns : tuple of str
        All columns of the table.
    roles : dict
        Role (one of :data:`ROLES`) → column.
    codes : tuple of str
        Columns that each stand for one code, with a mark where it was given.
    attributes : tuple of str
        Columns kept as attributes of the passages.
    separator : str
        What stands between several codes in one cell; empty where a cell holds one.
    reasons : dict
        Role → why the column was taken, in words.
    unclear : dict
        Role → what must be decided before the table can be read, in words.
    """

    columns: tuple[str, ...]
    roles: dict[str, str] = field(default_factory=dict)
    codes: tuple[str, ...] = ()
    attributes: tuple[str, ...] = ()
    separator: str = ""
    reasons: dict[str, str] = field(default_factory=dict)
    unclear: dict[str, str] = field(default_factory=dict)

    @property
    def ignored(self) -> tuple[str, ...]:
        """Columns that are not read."""
        used = {*self.roles.values(), *self.codes, *self.attributes}
        return tuple(column for column in self.columns if column not in used)

    def sentences(self) -> list[str]:
        """Return the mapping in words, one sentence each: taken, ignored, unclear."""
        said = [
            f"“{column}” is read as {ROLES[role]}: {self.reasons.get(role, 'chosen by you')}."
            for role, column in self.roles.items()
        ]
        if self.codes:
            said.append(
                f"Each of these columns is a code, given where marked: {quoted(self.codes)}."
            )
        if self.separator and "code" in self.roles:
            name = SEPARATORS.get(self.separator, f"“{self.separator}”")
            said.append(f"A cell may hold several codes, separated by {name}.")
        if self.attributes:
            said.append(f"Kept as attributes: {quoted(self.attributes)}.")
        if self.ignored:
            said.append(f"Not read: {quoted(self.ignored)}.")
        return said + [f"To decide: {sentence}" for sentence in self.unclear.values()]

    def with_(
        self,
        *,
        codes: tuple[str, ...] | None = None,
        attributes: tuple[str, ...] | None = None,
        separator: str | None = None,
        **roles: str | None,
    ) -> Mapping:
        """Return a mapping with other columns for some roles; None takes a role away.

        What is named here is decided, and no longer unclear. A separator is given as its sign or
        in words (``semicolons``, ``line ends``), empty for none.

        Raises
        ------
        ForeignFileError
            If a role or a column does not exist.

        Examples
        --------
        >>> Mapping(("A", "B")).with_(code="B").roles
        {'code': 'B'}
        """
        if wrong := [role for role in roles if role not in ROLES]:
            raise ForeignFileError(f"There is no role {wrong[0]!r}; roles are {', '.join(ROLES)}.")
        named = [*filter(None, roles.values()), *(codes or ()), *(attributes or ())]
        if missing := [column for column in named if column not in self.columns]:
            raise ForeignFileError(
                f"There is no column “{missing[0]}”; the table has {quoted(self.columns)}."
            )
        decided = set(roles)
        changed = {role: roles.get(role, column) for role, column in self.roles.items()} | roles
        if codes is None:
            codes = () if roles.get("code") else [c for c in self.codes if c not in named]
        if attributes is None:
            attributes = [column for column in self.attributes if column not in named]
        if codes:
            changed["code"] = None
            decided.add("code")
        if separator is not None:
            decided.add("separator")
            signs = {words: sign for sign, words in SEPARATORS.items()}
            separator = signs.get(separator.strip().lower(), separator)
            if separator and separator not in SEPARATORS:
                raise ForeignFileError(
                    f"{separator!r} separates no codes; say {', '.join(SEPARATORS.values())}, or "
                    "leave it empty for one code in each cell."
                )
        kept = {role: changed[role] for role in ROLES if changed.get(role)}
        for column in named:  # a column has one role: the one named last
            kept = {
                role: other for role, other in kept.items()
                if other != column or roles.get(role) == column
            }  # fmt: skip
        return replace(
            self,
            roles=kept,
            codes=tuple(codes),
            attributes=tuple(attributes),
            separator=self.separator if separator is None else separator,
            reasons={role: why for role, why in self.reasons.items() if role not in decided},
            unclear={role: why for role, why in self.unclear.items() if role not in decided},
        )


def propose_mapping(table: Table, **chosen: str) -> Mapping:
    """Propose which column says what, from the headers and the cells; nothing is read yet.

    A header that says its role outright is taken; one that may mean it is taken where no other
    does. Where two columns claim a role, none is chosen and the mapping says so.

    Parameters
    ----------
    table : Table
    **chosen : str
        Role → column, where it is known already.
    """
    roles, reasons, unclear = Mapping(table.columns).with_(**chosen).roles, {}, {}
    headers = {column: _plain(column) for column in table.columns}
    onehot = _marked_columns(table, headers)
    for grade, wording in ((0, "its header says so"), (1, "its header may mean that")):
        for role in ROLES:
            names = {_plain(name) for name in NAMES[role][grade].split(",")}
            claiming = [
                column for column, header in headers.items()
                if header in names and column not in roles.values() and column not in onehot
            ]  # fmt: skip
            if role in roles or role in unclear or not claiming:
                continue
            if len(claiming) == 1:
                roles[role], reasons[role] = claiming[0], wording
            elif grade == 0 or role in ("document", "code", "segment"):
                unclear[role] = f"{quoted(claiming)} may each be {ROLES[role]}; name one."
    roles = {role: roles[role] for role in ROLES if role in roles}
    codes = () if "code" in chosen else _code_columns(roles, unclear, onehot)
    if codes:
        for lost in (roles, reasons, unclear):
            lost.pop("code", None)
    separator = ""
    if "code" in roles:
        separator, doubt = _separator(table.rows[roles["code"]])
        if doubt:
            unclear["separator"] = doubt
    elif not codes and "code" not in unclear:
        unclear["code"] = "no column is plainly the code; name the one that is."
    if not {"document", "segment"} & {*roles, *unclear}:
        unclear["segment"] = "no column is plainly the document or the coded text; name one."
    return Mapping(table.columns, roles, codes, (), separator, reasons, unclear)


def _marked_columns(table: Table, headers: dict[str, str]) -> list[str]:
    """Return the columns whose cells are marks and no words, with at least one given."""
    known = {_plain(name) for both in NAMES.values() for name in ",".join(both).split(",")}
    marked = []
    for column, header in headers.items():
        values = {value.strip().casefold() for value in table.rows[column]}
        if header not in known and values <= MARKS and values & GIVEN:
            marked.append(column)
    return marked


def _code_columns(roles: dict, unclear: dict, onehot: list[str]) -> tuple[str, ...]:
    """Return the columns that are codes, where the table marks each code in one of its own."""
    if dedoose := tuple(column for column in onehot if CODE_COLUMN.match(column)):
        return dedoose
    return tuple(onehot) if len(onehot) > 1 and "code" not in {*roles, *unclear} else ()


def _separator(cells: pd.Series) -> tuple[str, str]:
    """Return what separates several codes in a cell, and what is unclear about it."""
    filled = [cell.strip() for cell in cells if cell.strip()]
    found = [mark for mark in ("\n", ";", "|") if any(mark in cell for cell in filled)]
    if len(found) > 1:
        names = " and ".join(SEPARATORS[mark] for mark in found)
        return "", f"cells of codes hold {names}; say which of them separates codes."
    if found:
        return found[0], ""
    if not any("," in cell for cell in filled):
        return "", ""
    parts = Counter(part.strip() for cell in filled for part in cell.split(","))
    several = {part.strip() for cell in filled if "," in cell for part in cell.split(",")}
    if 2 * sum(parts[part] > 1 for part in several) >= len(several):
        return ",", ""
    return "", "commas may separate codes or belong to their names; say which."


def _plain(header: str) -> str:
    folded = unicodedata.normalize("NFKD", header).casefold()
    folded = re.sub(r" \(\d+\)$", "", folded)
    letters = "".join(char for char in folded if not unicodedata.combining(char))
    return " ".join(re.findall(r"\w+", letters.replace("_", " ")))


def quoted(columns: Iterable[str]) -> str:
    """Return names of columns in quotation marks, for a sentence."""
    return ", ".join(f"“{column}”" for column in columns)

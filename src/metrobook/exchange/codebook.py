"""Codebooks: the two levels of a study's codebook, and the trees of codes of other programs.

What other programs have no field for stands in the description of a code as lines of its own,
``Include: …``, ``Exclude: …``, ``Name (id): …`` for each further language, ``Theory: …``,
``Key: …``, where people can read it and :func:`study_codes` finds it again.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

import pandas as pd
from slugify import slugify

from metrobook.exchange.project import Project, frame

LINE = re.compile(r"^(Include|Exclude|Name \(\w+\)|Theory|Key): (.+)$", re.M)
NAME = re.compile(r"^Name \((\w+)\)$")
LOOSE = "imported"
LOOSE_NAME = "Imported codes"


def code_tree(codebook: pd.DataFrame) -> pd.DataFrame:
    """Return the codes of a study as a tree: categories with their codes below them.

    Parameters
    ----------
    codebook : pandas.DataFrame
        As :attr:`metrobook.study.Study.codebook`.

    Returns
    -------
    pandas.DataFrame
        The table ``codes`` of :class:`~metrobook.exchange.project.Project`.
    """
    rows = []
    for category, group in codebook.groupby("category", sort=False):
        first = group.to_dict("records")[0]
        about = {"Theory": first["theory_en"]} | _other_names(first, "category_name")
        described = _described(None, about | {"Key": category})
        rows.append((f"category {category}", None, first["category_name_en"], described, None))
        for code in group.to_dict("records"):
            about = {"Include": code["include_en"], "Exclude": code["exclude_en"]}
            about |= _other_names(code, "name") | {"Key": code["code"]}
            described = _described(code["definition_en"], about)
            parent = f"category {category}"
            rows.append((f"code {code['code']}", parent, code["name_en"], described, None))
    return frame("codes", rows)


def study_codes(project: Project, known: pd.DataFrame) -> pd.DataFrame:
    """Return the codes of a project as codes of a study.

    A code at the top that has codes below it becomes a category, and a code of that category
    where it is itself given to something; codes further down keep their path in their name.
    A code is taken for one of the study if its key, or its name in any language, is the same.

    Parameters
    ----------
    project : Project
    known : pandas.DataFrame
        The codebook of the study.

    Returns
    -------
    pandas.DataFrame
        ``code_id``, the columns of the codebook, and ``new``; in the order of the project.
    """
    codes = project.codes.set_index("code_id")
    parent = codes["parent_id"].dropna().to_dict()
    groups = {code for code in parent.values() if code not in parent}
    categories = _category_keys(codes.loc[[code for code in codes.index if code in groups]])
    given, taken = set(project.codings["code_id"]), {*known["code"], *known["category"]}
    rows = []
    for code_id, code in codes.iterrows():
        if code_id in groups and code_id not in given:
            continue
        path = _path(code_id, parent)
        name = " / ".join(codes.loc[step, "name"] for step in path[1:]) or str(code["name"])
        described = _notes(code["description"])
        wanted = None if code_id in groups else described.get("Key")
        same = _recognised(wanted, name, known)
        if same is not None:
            rows.append({"code_id": code_id, **same, "new": False})
            continue
        key = wanted if wanted and wanted not in taken else _key(code["name"], taken)
        taken.add(key)
        root = path[0] if path[0] in groups else None
        rows.append(
            {"code_id": code_id, "code": key, "new": True}
            | _category(root, codes, categories)
            | _texts(name, code["description"], described, project.origin)
        )
    return pd.DataFrame(rows, columns=["code_id", *known.columns, "new"])


def _category_keys(groups: pd.DataFrame) -> dict[str, str]:
    keys: dict[str, str] = {}
    for code_id, code in groups.iterrows():
        wanted = _notes(code["description"]).get("Key")
        keys[code_id] = wanted or _key(code["name"], {*keys.values()})
    return keys


def _recognised(key: str | None, name: str, known: pd.DataFrame) -> dict[str, object] | None:
    """Return the code of the study that has the key, or else the name in a language."""
    same = known[known["code"] == key]
    for column in (column for column in known if column.startswith("name_")):
        if same.empty:
            same = known[known[column].astype("string").str.casefold() == name.casefold()]
    return None if same.empty else same.iloc[0].to_dict()


def _other_names(row: Mapping[str, object], stem: str) -> dict[str, object]:
    """Return the notes that hold the names in other languages than English."""
    named = [name for name in row if name.startswith(f"{stem}_") and name != f"{stem}_en"]
    return {f"Name ({name.removeprefix(f'{stem}_')})": row[name] for name in named}


def _named(notes: dict[str, str], stem: str) -> dict[str, str]:
    """Return the names in other languages that the notes of a description hold."""
    found = {NAME.match(label): text for label, text in notes.items()}
    return {f"{stem}_{match[1]}": text for match, text in found.items() if match}


def _described(definition: str | None, about: dict[str, object]) -> str:
    lines = [f"{label}: {text}" for label, text in about.items() if isinstance(text, str) and text]
    return "\n".join([*([definition] if isinstance(definition, str) else []), *lines])


def _notes(description: object) -> dict[str, str]:
    return dict(LINE.findall(description)) if isinstance(description, str) else {}


def _path(code_id: str, parent: dict[str, str]) -> list[str]:
    path = [code_id]
    while path[0] in parent:
        path.insert(0, parent[path[0]])
    return path


def _category(root: str | None, codes: pd.DataFrame, keys: dict[str, str]) -> dict[str, object]:
    if root is None:
        return {"category": LOOSE, "category_name_en": LOOSE_NAME}
    described = _notes(codes.loc[root, "description"])
    return {
        "category": keys[root],
        "category_name_en": codes.loc[root, "name"],
        **_named(described, "category_name"),
        "theory_en": described.get("Theory"),
    }


def _texts(
    name: str, description: object, described: dict[str, str], origin: str
) -> dict[str, object]:
    definition = LINE.sub("", description if isinstance(description, str) else "").strip()
    return {
        "name_en": name,
        **_named(described, "name"),
        "definition_en": definition or f"The project imported from {origin} does not define it.",
        "include_en": described.get("Include"),
        "exclude_en": described.get("Exclude"),
    }


def _key(name: str, taken: set[str]) -> str:
    """Return an identifier made from a name, unlike those taken.

    Examples
    --------
    >>> _key("Joint infrastructure", set()), _key("Scale", {"scale"})
    ('joint-infrastructure', 'scale-2')
    """
    plain = slugify(str(name))[:60].strip("-") or "code"
    number, key = 1, plain
    while key in taken:
        number += 1
        key = f"{plain}-{number}"
    return key

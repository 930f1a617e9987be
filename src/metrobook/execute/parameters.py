"""Parameters of a notebook: read from its parameters cell and checked before a kernel starts."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from typing import Any

from nbformat import NotebookNode

TYPES: dict[str, tuple[type, ...]] = {
    "str": (str,),
    "int": (int,),
    "float": (float, int),
    "bool": (bool,),
    "list": (list,),
    "dict": (dict,),
}
FIRST = ("study", "language")


class ParameterError(Exception):
    """Parameters that a notebook cannot take; the message lists all of them."""


@dataclass(frozen=True)
class Parameter:
    """One declared parameter: ``name: type = default  # help``."""

    name: str
    type: str
    required: bool
    help: str


def declared_parameters(notebook: NotebookNode) -> list[Parameter]:
    """Return the parameters that a notebook declares in its cell tagged ``parameters``.

    Raises
    ------
    ParameterError
        If there is no such cell, or a parameter lacks its type or its comment, or ``study``
        and ``language`` do not come first.
    """
    cells = [
        cell for cell in notebook.cells if "parameters" in cell.metadata.get("tags", [])
    ]  # fmt: skip
    if len(cells) != 1:
        raise ParameterError(f"one cell tagged 'parameters' was expected, {len(cells)} were found")
    lines = cells[0].source.splitlines()
    parameters = [_declared(node, lines) for node in ast.parse(cells[0].source).body]
    names = tuple(parameter.name for parameter in parameters)
    if names[:2] != FIRST:
        raise ParameterError(f"the parameters must begin with study and language, not {names}")
    return parameters


def _declared(node: ast.stmt, lines: list[str]) -> Parameter:
    line = lines[node.lineno - 1]
    if not isinstance(node, ast.AnnAssign) or not isinstance(node.target, ast.Name):
        raise ParameterError(
            f"a parameter is declared as 'name: type = default  # help', not {line!r}"
        )
    kind = ast.unparse(node.annotation)
    help_text = lines[node.end_lineno - 1].partition("  # ")[2]
    if kind not in TYPES or not help_text:
        raise ParameterError(
            f"parameter {node.target.id} needs a type out of {', '.join(TYPES)} and a comment "
            f"that says what it means: {line!r}"
        )
    return Parameter(node.target.id, kind, node.value is None, help_text)


def check_parameters(notebook: NotebookNode, given: dict[str, Any]) -> None:
    """Check given parameters against those that a notebook declares.

    Raises
    ------
    ParameterError
        With a line for every parameter that is unknown, missing or of the wrong type.
    """
    declared = {parameter.name: parameter for parameter in declared_parameters(notebook)}
    problems = [
        f"unknown parameter {name!r}: the notebook takes {', '.join(declared)}"
        for name in given
        if name not in declared
    ]
    problems += [
        f"missing parameter {name!r} ({parameter.type}): {parameter.help}"
        for name, parameter in declared.items()
        if parameter.required and name not in given
    ]
    problems += [
        f"parameter {name!r} is {value!r} ({type(value).__name__}), "
        f"but {declared[name].type} was expected: {declared[name].help}"
        for name, value in given.items()
        if name in declared and not _fits(value, declared[name].type)
    ]
    if problems:
        raise ParameterError("\n".join(problems))


def _fits(value: Any, kind: str) -> bool:
    if isinstance(value, bool):
        return kind == "bool"
    return isinstance(value, TYPES[kind])

"""Wordings that an expression of the package's code may have, read from the code alone.

What is known only at run time stands in angle brackets: ``There is no study ‹study›``.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from itertools import product
from pathlib import Path
from typing import Any

PACKAGE = Path(__file__).parents[1]
MOST_WORDINGS = 12
"""Wordings of one message that are listed one by one; of more, the varying part is named."""
DEEPEST = 4
WRAPPERS = {"sorted", "str", "repr", "list", "set", "tuple", "map", "int", "listed", "getattr"}
SPEAKING = (
    ast.Call, ast.Raise, ast.Yield, ast.Assign, ast.AnnAssign, ast.ImportFrom, ast.FunctionDef,
    ast.ClassDef,
)  # fmt: skip
"""Nodes that may hold a message, or name what one is made of."""
ARITHMETIC = (ast.BinOp, ast.Constant, ast.operator)
MODULES = {"re", "np", "pd", "json", "ast"}

Function = ast.FunctionDef | ast.Lambda


@dataclass(frozen=True, eq=False)
class Code:
    """A module of the package: its nodes, each with the function around it, and what it names."""

    name: str
    nodes: list[tuple[ast.AST, ast.FunctionDef | None]]
    functions: dict[str, ast.FunctionDef]
    lambdas: dict[tuple[str, str], ast.Lambda]
    constants: dict[str, Any]
    imported: dict[str, str]


@dataclass(frozen=True, eq=False)
class Scope:
    """A place in the code: its module, its function, and what the function was called with."""

    code: Code
    function: ast.FunctionDef | None = None
    given: dict[str, tuple[ast.expr, Scope]] = field(default_factory=dict)
    depth: int = 0


@cache
def package_code() -> dict[str, Code]:
    """Return all modules of the package by name, such as ``"exchange.archives"``."""
    found = {}
    for path in sorted(PACKAGE.rglob("*.py")):
        name = ".".join(path.relative_to(PACKAGE).with_suffix("").parts)
        name = name.removesuffix("__init__").rstrip(".")
        found[name] = _read(name, ast.parse(path.read_text(encoding="utf-8")))
    return found


def _read(name: str, tree: ast.Module) -> Code:
    code = Code(name, [*_walk(tree)], {}, {}, {}, {})
    for node, function in code.nodes:
        if isinstance(node, ast.FunctionDef):
            code.functions[node.name] = node
        elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith("metrobook"):
            place = node.module.removeprefix("metrobook").lstrip(".")
            for alias in node.names:
                code.imported[alias.asname or alias.name] = f"{place}.{alias.name}".lstrip(".")
        elif isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None:
            target = name_of(node.targets[0] if isinstance(node, ast.Assign) else node.target)
            if isinstance(node.value, ast.Lambda):
                code.lambdas[function.name if function else "", target] = node.value
            elif function is None and target:
                code.constants[target] = _literal(node.value)
    return code


def _walk(tree: ast.Module) -> Iterator[tuple[ast.AST, ast.FunctionDef | None]]:
    ahead: list[tuple[ast.AST, ast.FunctionDef | None]] = [(tree, None)]
    while ahead:
        node, function = ahead.pop()
        if isinstance(node, SPEAKING):
            yield node, function
        inside = node if isinstance(node, ast.FunctionDef) else function
        ahead += [(child, inside) for child in reversed([*ast.iter_child_nodes(node)])]


def _literal(node: ast.expr) -> Any:
    if all(isinstance(each, ARITHMETIC) for each in ast.walk(node)):
        return eval(compile(ast.Expression(node), "", "eval"), {"__builtins__": {}})
    try:
        return ast.literal_eval(node)
    except (ValueError, TypeError):
        return None


def wordings(node: ast.expr, scope: Scope) -> list[str]:
    """Return the wordings that an expression may have, with ‹names› for what is not known."""
    known = _constant(node, scope)
    if known is not None:
        return [str(known)]
    found: list[str] = []
    if isinstance(node, ast.JoinedStr):
        found = _together([wordings(part, scope) for part in node.values])
    elif isinstance(node, ast.FormattedValue):
        found = wordings(node.value, scope)
    elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        found = _sum(node, scope)
    elif isinstance(node, ast.IfExp):
        found = wordings(node.body, scope) + wordings(node.orelse, scope)
    elif isinstance(node, ast.BoolOp):
        found = [text for part in node.values for text in wordings(part, scope)]
    elif isinstance(node, ast.Name) and (origin := assigned(node, scope)):
        found = wordings(*origin)
    elif isinstance(node, ast.Call):
        found = _of_call(node, scope)
    return found if 0 < len(found) <= MOST_WORDINGS else [f"‹{_word(node)}›"]


def tells(text: str) -> bool:
    """Tell whether a wording has words of its own beside what is not known.

    Examples
    --------
    >>> tells("‹name› was not found"), tells("‹file›: ‹error›")
    (True, False)
    """
    outside = "".join(part.split("›")[-1] for part in text.split("‹"))
    return sum(letter.isalpha() for letter in outside) > 2


def name_of(node: ast.expr) -> str:
    """Return the last part of a dotted name; empty for what is no name."""
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


def assigned(node: ast.Name, scope: Scope, unpacked: bool = False) -> tuple[ast.expr, Scope] | None:
    """Return what a name stands for: what the call gave, or what was last assigned above.

    With ``unpacked`` it is what a name within a tuple was unpacked from.
    """
    if node.id in scope.given:
        return scope.given[node.id]
    above = [
        each
        for each in (ast.walk(scope.function) if scope.function else ())
        if isinstance(each, ast.Assign)
        and each.lineno < node.lineno
        and node.id in _targets(each.targets[0], unpacked)
    ]
    return (max(above, key=lambda each: each.lineno).value, scope) if above else None


def _targets(target: ast.expr, unpacked: bool) -> list[str]:
    if isinstance(target, ast.Tuple) and unpacked:
        return [name_of(each) for each in target.elts]
    return [target.id] if isinstance(target, ast.Name) and not unpacked else []


def function_of(name: str, scope: Scope) -> Function | None:
    """Return the function or lambda of that name that a place in the code sees."""
    around = scope.function.name if scope.function else ""
    lambdas = scope.code.lambdas
    elsewhere = (found for (_function, own), found in lambdas.items() if own == name)
    return lambdas.get((around, name)) or scope.code.functions.get(name) or next(elsewhere, None)


def bound(call: ast.Call, function: Function, scope: Scope) -> Scope:
    """Return the inside of a function as a call enters it."""
    names = [each.arg for each in function.args.args if each.arg != "self"]
    defaults = function.args.defaults
    values = dict(zip(names[len(names) - len(defaults) :], defaults, strict=True))
    values |= dict(zip(names, call.args, strict=False))
    values |= {each.arg: each.value for each in call.keywords if each.arg}
    inside = function if isinstance(function, ast.FunctionDef) else scope.function
    given = {name: (value, scope) for name, value in values.items()}
    return Scope(scope.code, inside, given, scope.depth)


def returned(call: ast.Call, scope: Scope) -> list[tuple[ast.expr, Scope]]:
    """Return what a function of the package returns, with what the call gave it."""
    code, name = scope.code, name_of(call.func)
    origin = name_of(call.func.value) if isinstance(call.func, ast.Attribute) else name
    if origin in code.imported:
        whole = code.imported[origin]
        other = whole if whole in package_code() else whole.rpartition(".")[0]
        code = package_code().get(other, code)
    elif isinstance(call.func, ast.Attribute) and origin != "self":
        return []
    function = code.functions.get(name)
    if function is None or scope.depth > DEEPEST:
        return []
    given = bound(call, function, scope).given
    inner = Scope(code, function, given, scope.depth + 1)
    values = (node.value for node in ast.walk(function) if isinstance(node, ast.Return))
    return [(value, inner) for value in values if value is not None]


def _of_call(call: ast.Call, scope: Scope) -> list[str]:
    if name_of(call.func) == "join" and call.args:
        return [text for item in _items(call.args[0], scope) for text in wordings(*item)]
    if name_of(call.func) in ("format", "strip") and isinstance(call.func, ast.Attribute):
        return wordings(call.func.value, scope)
    found = [text for each in returned(call, scope) for text in wordings(*each)]
    return found if any(map(tells, found)) else []


def _sum(node: ast.BinOp, scope: Scope) -> list[str]:
    parts = [wordings(node.left, scope), wordings(node.right, scope)]
    return _together(parts) if any(map(tells, (*parts[0], *parts[1]))) else []


def _items(node: ast.expr, scope: Scope) -> list[tuple[ast.expr, Scope]]:
    """Return the elements of a list of sentences that are joined into one message."""
    if isinstance(node, ast.List | ast.Tuple):
        return [pair for element in node.elts for pair in _items(element, scope)]
    if isinstance(node, ast.Starred):
        return _items(node.value, scope)
    if isinstance(node, ast.ListComp | ast.GeneratorExp):
        return [(node.elt, scope)] if isinstance(node.elt, ast.JoinedStr) else []
    if isinstance(node, ast.Name) and scope.function:
        return [pair for part in _parts(node.id, scope.function) for pair in _items(part, scope)]
    return [(node, scope)] if isinstance(node, ast.JoinedStr) else []


def _parts(name: str, function: ast.FunctionDef) -> Iterator[ast.expr]:
    """Yield what a function puts into the list of that name."""
    for node in ast.walk(function):
        match node:
            case ast.Assign(targets=[ast.Name(id=own)], value=value) if own == name:
                yield value
            case ast.AugAssign(target=ast.Name(id=own), value=value) if own == name:
                yield value
            case ast.Call(
                func=ast.Attribute(value=ast.Name(id=own), attr="append"), args=[value]
            ) if own == name:
                yield value


def _together(parts: list[list[str]]) -> list[str]:
    return ["".join(words) for words in product(*parts)]


def _constant(node: ast.expr, scope: Scope) -> Any:
    """Return the value of an expression of literals and constants of the package, or None."""
    if isinstance(node, ast.Constant):
        return node.value
    names = {each.id for each in ast.walk(node) if isinstance(each, ast.Name)}
    if not names or not all(name.isupper() for name in names):
        return None
    values = {name: _value(name, scope.code) for name in names}
    expression = ast.JoinedStr([node]) if isinstance(node, ast.FormattedValue) else node
    try:
        code = compile(ast.fix_missing_locations(ast.Expression(expression)), "", "eval")
        found = eval(code, {"__builtins__": {}}, values)
    except (NameError, TypeError, ValueError, KeyError):
        return None
    return found if isinstance(found, str | int | float) else None


def _value(name: str, code: Code) -> Any:
    if name in code.constants:
        return code.constants[name]
    place, _dot, original = code.imported.get(name, "").rpartition(".")
    return package_code()[place].constants.get(original) if place in package_code() else None


def _word(node: ast.expr) -> str:
    """Return the word that stands for what is not known before the program runs."""
    if isinstance(node, ast.Attribute) and node.attr in ("iloc", "loc", "values"):
        return _word(node.value)
    if isinstance(node, ast.Name | ast.Attribute):
        return name_of(node).strip("_").replace("_", " ").lower()
    if isinstance(node, ast.FormattedValue):
        return _word(node.value)
    if isinstance(node, ast.Call):
        return _word_of_call(node)
    if isinstance(node, ast.Subscript):
        key = node.slice
        if isinstance(key, ast.Constant) and isinstance(key.value, str):
            return key.value.replace("_", " ").strip()
        return _word(node.value)
    if isinstance(node, ast.ListComp | ast.GeneratorExp):
        return _word(node.generators[0].iter)
    inside = [each for each in ast.iter_child_nodes(node) if isinstance(each, ast.expr)]
    words = [word for word in map(_word, inside) if word != "…"]
    return words[0] if words else "…"


def _word_of_call(call: ast.Call) -> str:
    name = name_of(call.func)
    inner = call.func.value if isinstance(call.func, ast.Attribute) else None
    if name == "len" and call.args:
        return f"number of {_word(call.args[0])}"
    spoken = isinstance(inner, ast.Constant) or (inner is not None and name_of(inner) in MODULES)
    if call.args and (name in WRAPPERS or spoken):
        last = call.args[-1]
        return str(last.value) if isinstance(last, ast.Constant) else _word(last)
    return _word(inner if inner is not None else call.func)

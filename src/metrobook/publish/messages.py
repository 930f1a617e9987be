"""What the program may say to people when something is wrong, read from its own code.

Nothing is run: the syntax tree of each module is walked for errors that are raised, problems that
are reported, faults that are listed, losses of imports and warnings.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import product

from metrobook.publish.wordings import (
    Function,
    Scope,
    assigned,
    bound,
    function_of,
    name_of,
    package_code,
    returned,
    tells,
    wordings,
)

BUILT_IN = {"ValueError", "BadParameter"}
CELLS_OF_FAULT = 7
"""Of a row of :mod:`metrobook.commuting.faults`: kind first, expected and advice last."""


@dataclass(frozen=True)
class Message:
    """Something that the program may say.

    Attributes
    ----------
    module : str
        Where it is said, such as ``"exchange.archives"``.
    line : int
    kind : str
        ``error`` (the command stops), ``problem`` (the check lists it), ``warning``, or ``loss``
        (an import says what it left out or changed).
    says : str
        What is wrong; of a problem, what was expected.
    advice : str
        What to do, where it is said apart.
    """

    module: str
    line: int
    kind: str
    says: str
    advice: str = ""

    def fits(self, text: str) -> bool:
        """Tell whether a text is this message, with values for what stands in angle brackets.

        Examples
        --------
        >>> Message("study", 1, "error", "No layer ‹layer›.").fits("No layer 'roads'.")
        True
        """
        pattern = ".*".join(map(re.escape, re.split("‹[^›]*›", self.says)))
        return re.fullmatch(pattern, text, re.DOTALL) is not None


@cache
def all_messages() -> tuple[Message, ...]:
    """Return every message of the package, in the order of its modules and lines.

    Examples
    --------
    >>> [m.says for m in all_messages() if m.module == "study" and "layer" in m.says]
    ['Study ‹id› has no layer ‹layer›.']
    """
    found = {message: None for name in package_code() for message in _of_module(name)}
    return tuple(sorted(found, key=lambda message: (message.module, message.line)))


@cache
def personal_errors() -> frozenset[str]:
    """Return the names of the errors whose message is for people.

    These are the public ones of the package, and those for wrong values.
    """
    own = {
        node.name
        for code in package_code().values()
        for node, _function in code.nodes
        if isinstance(node, ast.ClassDef) and node.name.endswith("Error") and node.name[0] != "_"
    }
    return frozenset(own | BUILT_IN)


def _of_module(name: str) -> Iterator[Message]:
    code = package_code()[name]
    for node, function in code.nodes:
        scope = Scope(code, function)
        if isinstance(node, ast.Raise) and node.exc is not None:
            for says in _raised(node.exc, scope):
                yield Message(name, node.lineno, "error", says)
        elif isinstance(node, ast.Yield) and node.value is not None:
            yield from _fault(node.value, scope)
        elif isinstance(node, ast.Call):
            yield from _called(node, scope)


def _raised(node: ast.expr, scope: Scope) -> list[str]:
    """Return the messages of an error that is raised: made on the spot, or by a function."""
    if isinstance(node, ast.Name):
        origin = assigned(node, scope)
        return _raised(*origin) if origin else []
    if not isinstance(node, ast.Call):
        return []
    if name_of(node.func) in personal_errors():
        return wordings(node.args[0], scope) if node.args else []
    return [text for each in returned(node, scope) for text in _raised(*each)]


def _called(call: ast.Call, scope: Scope) -> Iterator[Message]:
    name, module, line = name_of(call.func), scope.code.name, call.lineno
    receiver = name_of(call.func.value) if isinstance(call.func, ast.Attribute) else ""
    if receiver == "report" and name == "add" and len(call.args) > 2:
        for pair in _pairs(call.args[1], call.args[2], scope):
            yield Message(module, line, "problem", *pair)
    elif name in ("lost", "changed") and len(call.args) == 3:
        for what, why in product(wordings(call.args[0], scope), wordings(call.args[2], scope)):
            if tells(why):
                yield Message(module, line, "loss", f"{what}: {why}")
    elif (kind := _loud(call, receiver, name)) and call.args:
        for says in filter(tells, wordings(call.args[0], scope)):
            yield Message(module, line, kind, says.strip())
    elif name == "append" and call.args:
        yield from _fault(call.args[0], scope)
    elif isinstance(call.func, ast.Name) and (reporter := _reporter(name, scope)):
        inner = bound(call, reporter, scope)
        for node in ast.walk(reporter):
            if isinstance(node, ast.Call) and name_of(node.func) == "add" and len(node.args) > 2:
                for pair in _pairs(node.args[1], node.args[2], inner):
                    yield Message(module, line, "problem", *pair)


def _loud(call: ast.Call, receiver: str, name: str) -> str:
    """Return the kind of message that a call gives on the stream for errors, if it does."""
    if (receiver, name) == ("warnings", "warn"):
        return "warning"
    to_errors = name == "print" and any(each.arg == "file" for each in call.keywords)
    return "error" if to_errors or (receiver, name) == ("errors", "print") else ""


def _reporter(name: str, scope: Scope) -> Function | None:
    """Return the function or lambda of that name that reports what was expected, if it does."""
    found = function_of(name, scope)
    named = {each.arg for each in found.args.args} if found else set()
    return found if found is not scope.function and "expected" in named else None


def _fault(node: ast.expr, scope: Scope) -> Iterator[Message]:
    """Return the message of a row of faults: its last cell says what to do, as a sentence."""
    line = node.lineno
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
        row = function_of(node.func.id, scope)
        if not isinstance(row, ast.Lambda):
            return
        node, scope = row.body, bound(node, row, scope)
    if not isinstance(node, ast.Tuple) or len(node.elts) < 3:
        return
    for advice in wordings(node.elts[-1], scope):
        if not tells(advice) or not advice.rstrip().endswith("."):
            continue
        if len(node.elts) != CELLS_OF_FAULT:
            yield Message(scope.code.name, line, "problem", advice)
            continue
        for kind, expected in product(*(wordings(node.elts[k], scope) for k in (0, 5))):
            yield Message(scope.code.name, line, "problem", f"{expected} ({kind})", advice)


def _pairs(says: ast.expr, advice: ast.expr, scope: Scope) -> Iterator[tuple[str, str]]:
    """Yield what was expected and what to do, which belong together where a function gives both."""
    if isinstance(says, ast.Name) and isinstance(advice, ast.Name):
        both = assigned(says, scope, unpacked=True)
        if both and isinstance(both[0], ast.Call):
            for node, inner in returned(*both):
                if isinstance(node, ast.Tuple) and len(node.elts) == 2:
                    yield from product(*(wordings(each, inner) for each in node.elts))
            return
    yield from product(wordings(says, scope), wordings(advice, scope))

"""What a JMESPath expression may take from a record, worked out from its syntax tree.

In: an expression. Out: path patterns, tuples of names in which ``[]`` stands for any index and
``*`` for any name. Patterns say what *may* have been read; ``json_record`` counts a leaf as read
only when its text was really among the results, so a filter or an index never hides the rest.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import jmespath

__all__ = ["ANY_INDEX", "ANY_NAME", "Pattern", "matches", "patterns"]

Pattern = tuple[str, ...]
ANY_INDEX: Final = "[]"
ANY_NAME: Final = "*"

_NOTHING: Final[frozenset[Pattern]] = frozenset()


def patterns(expression: str) -> frozenset[Pattern]:
    """Return the patterns of every value that ``expression`` can take.

    Raises:
        jmespath.exceptions.JMESPathError: when it is no JMESPath.
    """
    return _reach(_tree(expression), frozenset({()}))


def matches(pattern: Pattern, path: Pattern) -> bool:
    """Return True when ``path`` begins with ``pattern``."""
    return len(pattern) <= len(path) and all(
        want == have or (want == ANY_NAME and have != ANY_INDEX)
        for want, have in zip(pattern, path, strict=False)
    )


def _tree(expression: str) -> dict[str, Any]:
    tree: Any = jmespath.compile(expression).parsed
    return dict(tree)


def _reach(node: dict[str, Any], at: frozenset[Pattern]) -> frozenset[Pattern]:
    """Return where the value of ``node`` comes from when evaluated at ``at``."""
    kind = node["type"]
    if kind == "field":
        return frozenset((*path, node["value"]) for path in at)
    if rule := _RULES.get(kind):
        return rule(node["children"], at)
    # Functions, choices and multi-selects: anything they look at may be in the result.
    return _NOTHING.union(*(_reach(child, at) for child in node["children"]))


def _chain(children: list[Any], at: frozenset[Pattern]) -> frozenset[Pattern]:
    for child in children:
        at = _reach(child, at)
    return at


def _pipe(children: list[Any], at: frozenset[Pattern]) -> frozenset[Pattern]:
    """A pipe may work on a list that a projection made, which stands nowhere in the record."""
    left = _reach(children[0], at)
    return left | _reach(children[1], left)


def _step(at: frozenset[Pattern], name: str) -> frozenset[Pattern]:
    return frozenset((*path, name) for path in at)


def _projection(children: list[Any], at: frozenset[Pattern]) -> frozenset[Pattern]:
    return _reach(children[1], _step(_reach(children[0], at), ANY_INDEX))


def _values(children: list[Any], at: frozenset[Pattern]) -> frozenset[Pattern]:
    return _reach(children[1], _step(_reach(children[0], at), ANY_NAME))


def _flatten(children: list[Any], at: frozenset[Pattern]) -> frozenset[Pattern]:
    inner = _reach(children[0], at)
    return inner | _step(inner, ANY_INDEX)


def _same(_children: list[Any], at: frozenset[Pattern]) -> frozenset[Pattern]:
    return at


def _index(_children: list[Any], at: frozenset[Pattern]) -> frozenset[Pattern]:
    return _step(at, ANY_INDEX)


def _literal(_children: list[Any], _at: frozenset[Pattern]) -> frozenset[Pattern]:
    return _NOTHING


_RULES: Final[dict[str, Callable[[list[Any], frozenset[Pattern]], frozenset[Pattern]]]] = {
    "subexpression": _chain,
    "pipe": _pipe,
    "index_expression": _chain,
    "projection": _projection,
    "filter_projection": _projection,  # its condition takes nothing
    "value_projection": _values,
    "flatten": _flatten,
    "identity": _same,
    "current": _same,
    "slice": _same,
    "index": _index,
    "literal": _literal,
}

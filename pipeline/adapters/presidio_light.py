"""Lets Presidio be imported without spaCy, and without the recognizers nobody asks for.

In: nothing. Out: a context in which ``presidio_analyzer`` is imported with stand-ins for spaCy and
for its lists of recognizers, each of which compiles its patterns when it is imported: an eighth of
the time. What was imported so is forgotten on leaving, so that whoever imports Presidio or spaCy
afterwards has the real ones. It must never replace one that is imported already, nor reach a
recognizer that is asked: a stand-in has nothing that could find or miss a thing.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import ModuleType
from typing import Any, TypeVar

__all__ = ["without_language_models"]

_LIGHT = "presidio_analyzer"
# Language models, and the public suffix list that the e-mail recognizer would ask on the network.
_LEFT_OUT = frozenset({"spacy", "thinc", "tldextract"})
# Packages whose modules are imported one by one: as a whole they bring every country's recognizers.
_UNLISTED = tuple(
    f"{_LIGHT}.predefined_recognizers{each}"
    for each in ("", ".generic", ".country_specific", ".country_specific.us")
)
_lock = threading.Lock()

Thing = TypeVar("Thing")


@contextmanager
def without_language_models() -> Iterator[None]:
    """Import Presidio in this context without all this; does nothing when any is there already."""
    with _lock:
        if any(_top(name) in _LEFT_OUT or _top(name) == _LIGHT for name in sys.modules):
            yield
            return
        finder = _Finder()
        sys.meta_path.insert(0, finder)
        try:
            yield
        finally:
            sys.meta_path.remove(finder)
            for name in tuple(sys.modules):
                if _top(name) in _LEFT_OUT or _top(name) == _LIGHT:
                    del sys.modules[name]


def _top(name: str) -> str:
    return name.partition(".")[0]


class _Called(type):
    def __getattr__(cls, name: str) -> Callable[..., Callable[[Thing], Thing]]:
        # Whatever a stand-in is asked for is a maker of decorators: Language.factory("name").
        if name.startswith("__"):
            raise AttributeError(name)
        return lambda *_, **__: lambda thing: thing


class _Nothing(metaclass=_Called):
    """Stands where a class left out would: for annotations, base classes and decorators."""

    def __init__(self, *_: object, **__: object) -> None:
        raise RuntimeError("left out when Presidio was loaded")


class _Module(ModuleType):
    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return _Nothing


class _Finder(MetaPathFinder, Loader):
    def find_spec(
        self, fullname: str, path: Sequence[str] | None, _: object = None
    ) -> ModuleSpec | None:
        if _top(fullname) not in _LEFT_OUT and fullname not in _UNLISTED:
            return None
        spec = ModuleSpec(fullname, self, is_package=True)
        if fullname in _UNLISTED:
            last = fullname.rpartition(".")[2]
            spec.submodule_search_locations = [str(Path(each, last)) for each in path or ()]
        return spec

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        return _Module(spec.name)

    def exec_module(self, module: ModuleType) -> None:
        """Put nothing in it."""

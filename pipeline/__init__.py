"""Blotter: dispatch feeds in, reviewed neighborhood alerts out.

Importing this package stays light: it imports nothing, so that tools and notebooks can reach one
part (``pipeline.redact``, ``pipeline.walk``) without paying for the rest. ``Redactor`` is loaded
when it is first asked for.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pipeline.usecases.redact_texts import RedactedText, Redactor

__all__ = ["RedactedText", "Redactor"]


def __getattr__(name: str) -> Any:
    if name in __all__:
        return getattr(import_module("pipeline.usecases.redact_texts"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")

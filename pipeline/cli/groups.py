"""Groups with a command left unnamed at will: ``reveal ID`` is ``reveal show ID``."""

from __future__ import annotations

from typing import Any

from typer.core import TyperGroup

__all__ = ["ListGroup", "MakeGroup", "ShowGroup"]


class _DefaultGroup(TyperGroup):
    """Takes the command ``unnamed`` unless another is named."""

    unnamed = ""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        named = bool(args) and (args[0] in self.commands or args[0] == "--help")
        return super().parse_args(ctx, args if named else [self.unnamed, *args])


class ListGroup(_DefaultGroup):
    """``GROUP`` is ``GROUP list``."""

    unnamed = "list"


class MakeGroup(_DefaultGroup):
    """``GROUP ID`` is ``GROUP make ID``."""

    unnamed = "make"


class ShowGroup(_DefaultGroup):
    """``GROUP ID`` is ``GROUP show ID``."""

    unnamed = "show"

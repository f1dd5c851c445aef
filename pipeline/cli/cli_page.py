"""Writes the reference page of the command line from the commands themselves.

In: the typer application. Out: one Markdown page with every command, argument and option. It must
never describe a command in words of its own: what the page says is what ``--help`` says.
"""

from __future__ import annotations

from collections.abc import Iterator
from enum import Enum
from typing import Any

import typer

__all__ = ["cli_page"]

_HEAD = """# The command line

Written by `blotter pages` from the commands themselves; `blotter COMMAND --help` says the same.

- Exit status: 0 when all is well, 1 when a promise does not hold (a ledger that does not balance,
  an agency that `walk` left standing, a fault `doctor` found), 2 when a command cannot do what was
  asked; then one line on standard error says why and what to do.
- `--json` prints one JSON document on standard output, for a machine.
- An id may be shortened to its first characters, four at least, where it begins one id only. The
  id of an alert is given whole.
- Where everything lies is said by environment variables: [configuration](configuration.md).
"""


def cli_page() -> str:
    """Return the page, commands in the order of ``blotter --help``."""
    from pipeline.cli.app import app

    root: Any = typer.main.get_command(app)
    return "\n".join([_HEAD, *_sections("blotter", root)]).rstrip() + "\n"


def _sections(prefix: str, group: Any) -> Iterator[str]:
    for name, command in group.commands.items():
        path = f"{prefix} {name}"
        if hasattr(command, "commands"):
            if command.invoke_without_command:
                yield _section(path, command)
            yield from _sections(path, command)
        else:
            yield _section(path, command)


def _section(path: str, command: Any) -> str:
    arguments = [each for each in command.params if each.param_type_name == "argument"]
    options = [each for each in command.params if each.param_type_name == "option"]
    shape = " ".join([path, *(_shape(each) for each in arguments), "[OPTIONS]" if options else ""])
    lines = [f"## `{path}`", "", command.help.strip(), "", "```", shape.strip(), "```", ""]
    rows = [_row(each) for each in (*arguments, *options)]
    if rows:
        lines += ["| parameter | what it is |", "|---|---|", *rows, ""]
    return "\n".join(lines)


def _shape(argument: Any) -> str:
    name = str(argument.name).upper() + ("..." if argument.nargs == -1 else "")
    return name if argument.required else f"[{name}]"


def _row(parameter: Any) -> str:
    name = str(parameter.name).upper()
    if parameter.param_type_name == "option":
        name = ", ".join(parameter.opts)
    words = [(parameter.help or "").strip(), *_details(parameter)]
    return f"| `{name}` | {' '.join(word for word in words if word)} |".replace("  ", " ")


def _details(parameter: Any) -> Iterator[str]:
    kind = parameter.type_descriptor.annotation
    if isinstance(kind, type) and issubclass(kind, Enum):
        yield f"One of {', '.join(f'`{choice.value}`' for choice in kind)}."
    if parameter.required:
        yield "Needed."
    if parameter.envvar:
        yield f"Or `{parameter.envvar}`."
    if _tells(parameter.default):
        yield f"Default `{parameter.default}`."


def _tells(default: Any) -> bool:
    """Return whether a default is worth a word: a number or a path, not an absence."""
    return default not in (None, "", False, ()) and not callable(default)

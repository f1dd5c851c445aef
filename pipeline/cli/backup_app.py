"""``blotter backup``: log, database and vault in one checked file; keys apart from it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.cli.surroundings import Json, clock, settings_here

if TYPE_CHECKING:
    from pipeline.adapters.archive import Manifest
    from pipeline.usecases.backup import Restored

__all__ = ["backup_app"]

backup_app = typer.Typer(no_args_is_help=True, help="Back up, check a backup, restore one.")

Doer = Annotated[
    str, typer.Option("--editor", envvar="BLOTTER_EDITOR", help="Who does it, for the log.")
]
LaterLog = Annotated[
    Path | None,
    typer.Option(exists=True, file_okay=False, help="A later copy of the log's folder."),
]


@backup_app.command("create")
def create(
    path: Annotated[Path, typer.Argument(help="The new file, such as backup.tar.gz.")],
    keys: Annotated[
        Path | None,
        typer.Option(help="Also write the keys, to a file in another folder: keep it elsewhere."),
    ] = None,
    json: Json = False,
) -> None:
    """Pack log, database and vault while the line goes on. Keys are never in it."""
    from pipeline.usecases.backup import create_backup

    now = clock()
    made = create_backup(settings_here(), path.absolute(), keys=keys, now=now)
    _told(f"{path}: {len(made.digests)} files", made, json=json)


@backup_app.command("verify")
def verify(
    path: Annotated[Path, typer.Argument(exists=True, help="A backup.")], json: Json = False
) -> None:
    """Check a backup: each file's digest, and its log against its database; exit 1 when not."""
    from pipeline.usecases.backup import verify_backup

    _show(verify_backup(settings_here(), path), json=json)


@backup_app.command("restore")
def restore(
    path: Annotated[Path, typer.Argument(exists=True, help="A backup.")],
    keys: Annotated[
        Path | None, typer.Option(exists=True, help="The keys that belong to it, restored first.")
    ] = None,
    editor: Doer = "",
    log: LaterLog = None,
    json: Json = False,
) -> None:
    """Restore to an empty installation, check it, ask the witnesses; exit 1 when not sound."""
    from pipeline.usecases.backup import restore_backup

    found = restore_backup(settings_here(), path, now=clock(), person=editor, keys=keys, newer=log)
    _show(found, json=json)


@backup_app.command("settle")
def settle(
    editor: Doer = "",
    log: LaterLog = None,
    json: Json = False,
) -> None:
    """After other tools restored a database: keep destroyed what was, check, ask the witnesses."""
    from pipeline.usecases.backup import settle_restored

    settings = settings_here()
    _show(
        settle_restored(settings, now=clock(), person=editor, newer=log),
        json=json,
    )


def _told(text: str, made: Manifest, *, json: bool) -> None:
    from pipeline.cli.show import out, put, safe

    if json:
        put({"files": len(made.digests), "facts": dict(made.facts)})
    else:
        out().print(safe(text), soft_wrap=True)


def _show(found: Restored, *, json: bool) -> None:
    from pipeline.cli.show import out, put, safe

    if json:
        put(
            {
                "sound": found.sound,
                "entries": found.entries,
                "files": len(found.manifest.digests),
                "made": found.manifest.facts.get("made"),
                "balanced": found.balanced,
                "problems": list(found.problems),
                "witnesses": dict(found.witnesses),
                "forgotten": found.forgotten,
            }
        )
    else:
        console = out()
        console.print(
            f"{len(found.manifest.digests)} files, {found.entries} sealed entries, made "
            f"{found.manifest.facts.get('made')}"
        )
        if found.forgotten:
            console.print(
                f"{found.forgotten} keys that came back with it stay destroyed.", soft_wrap=True
            )
        for problem in (*found.problems, *found.witnesses.values()):
            console.print(f"[red]{safe(problem)}[/]", soft_wrap=True)
        if found.balanced is False:
            console.print("[red]The ledger does not balance: blotter ledger shows where.[/]")
        if found.sound:
            balanced = ", the ledger balances" if found.balanced else ""
            console.print(f"Sound: every digest agrees, the log is clean{balanced}.")
        else:
            console.print("Not sound: do not start the line on it.")
    if not found.sound:
        raise typer.Exit(1)

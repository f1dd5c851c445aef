"""``blotter backup``: log, database and vault in one checked file; keys apart from it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from pipeline.cli.surroundings import Json, clock, settings_here

if TYPE_CHECKING:
    from pipeline.adapters.archive import Manifest
    from pipeline.usecases.backup import Restored
    from pipeline.usecases.nightly import Pruned

__all__ = ["backup_app"]

backup_app = typer.Typer(no_args_is_help=True, help="Back up, check a backup, restore one.")

Doer = Annotated[
    str, typer.Option("--editor", envvar="BLOTTER_EDITOR", help="Who does it, for the log.")
]
LaterLog = Annotated[
    Path | None,
    typer.Option(exists=True, file_okay=False, help="A later copy of the log's folder."),
]

Kept = Annotated[Path, typer.Argument(help="The folder of nightly backups.")]
Hours = Annotated[
    float | None,
    typer.Option(
        envvar="BLOTTER_BACKUP_HOURS",
        help="Keep backups so long; at most, and without it, as long as any payload may be kept.",
    ),
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


@backup_app.command("nightly")
def nightly(folder: Kept, hours: Hours = None, editor: Doer = "", json: Json = False) -> None:
    """Make a backup named after the time, check it, remove old ones; exit 1 when not sound."""
    from pipeline.usecases.nightly import make_nightly

    done = make_nightly(settings_here(), folder, hours=hours, now=clock(), person=editor)
    if json:
        _json({"name": done.name, **_checked(done.checked), **_pruned(done.pruned)})
    else:
        _say(done.name or "No backup was kept: it was not sound.")
        _print_checked(done.checked)
        _print_pruned(done.pruned)
        for name in done.pruned.others:
            _say(f"{name} is no nightly backup: nobody else removes it in time.")
    if not (done.name and done.pruned.clean):
        raise typer.Exit(1)


@backup_app.command("prune")
def prune(
    folder: Kept,
    hours: Hours = None,
    editor: Doer = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would go.")] = False,
    json: Json = False,
) -> None:
    """Remove dated backups past their time, never the newest good one; exit 1 when any stays."""
    from pipeline.usecases.nightly import prune_backups

    done = prune_backups(
        *(settings_here(), folder),
        hours=hours,
        now=clock(),
        person=editor,
        dry_run=dry_run,
    )
    if json:
        _json({"dry_run": dry_run, **_pruned(done)})
    else:
        _print_pruned(done, would=dry_run)
    if not done.clean:
        raise typer.Exit(1)


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
    if json:
        _json({"files": len(made.digests), "facts": dict(made.facts)})
    else:
        _say(text)


def _show(found: Restored, *, json: bool) -> None:
    if json:
        _json(_checked(found))
    else:
        _print_checked(found)
    if not found.sound:
        raise typer.Exit(1)


def _checked(found: Restored) -> dict[str, Any]:
    return {
        "sound": found.sound,
        "entries": found.entries,
        "files": len(found.manifest.digests),
        "made": found.manifest.facts.get("made"),
        "balanced": found.balanced,
        "problems": list(found.problems),
        "witnesses": dict(found.witnesses),
        "forgotten": found.forgotten,
    }


def _print_checked(found: Restored) -> None:
    from pipeline.cli.show import out, safe

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


def _pruned(done: Pruned) -> dict[str, Any]:
    return {
        "removed": list(done.removed),
        "late": done.late,
        "left": dict(done.left),
        "others": list(done.others),
    }


def _print_pruned(done: Pruned, *, would: bool = False) -> None:
    for name in done.removed:
        _say(f"{name} {'would be removed' if would else 'is removed'}: its time is over.")
    if done.late:
        _say(f"{done.late} is past its time and stays: nothing newer is good. Make a backup now.")
    for name, why in done.left:
        _say(f"{name} {why}, and stays; look at it, and remove it by hand.")
    if would and not (done.removed or done.left):
        _say("Nothing would be removed.")


def _json(found: dict[str, Any]) -> None:
    from pipeline.cli.show import put

    put(found)


def _say(text: str) -> None:
    from pipeline.cli.show import out, safe

    out().print(safe(text), soft_wrap=True)

"""``blotter audit``: seals the log, proves what is in it, and checks it.

What is done is in ``usecases`` and ``pipeline.audit.verify``; this module reads options, prints,
and sets the exit status: 0 sound, 1 not sound, 2 when the question itself cannot be answered.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from pipeline.audit.events import LogAttempt
from pipeline.cli.groups import MakeGroup
from pipeline.cli.redactions_app import redactions_command
from pipeline.cli.sample_app import resume, sample_app
from pipeline.cli.surroundings import Json, clock, settings_here

__all__ = ["audit_app"]

audit_app = typer.Typer(no_args_is_help=True, help="Seal the log, and prove what is in it.")

audit_app.add_typer(sample_app, name="sample")
audit_app.command("resume")(resume)
audit_app.command("redactions")(redactions_command)


Editor = Annotated[
    str, typer.Option("--editor", envvar="BLOTTER_EDITOR", help="Who asks; a person's name.")
]


@audit_app.command("seal")
def seal(json: Json = False) -> None:
    """Put every new entry into the signed tree, and publish its checkpoint."""
    from pipeline.cli import show_audit
    from pipeline.usecases.seal import seal_log

    show_audit.sealed(seal_log(settings_here(), now=clock()), json=json)


@audit_app.command("rotate")
def rotate(
    editor: Editor = "",
    overlap_days: Annotated[
        int, typer.Option(min=0, max=3650, help="How long the old key signs beside the new one.")
    ] = 30,
    json: Json = False,
) -> None:
    """Sign with a new key from now on, and with the old one beside it for a while."""
    from pipeline.cli import show_audit
    from pipeline.usecases.seal import rotate_key

    report = rotate_key(
        settings_here(), now=clock(), by=editor, overlap=timedelta(days=overlap_days)
    )
    show_audit.sealed(report, json=json)


@audit_app.command("prune")
def prune(json: Json = False) -> None:
    """Remove partial tiles that full ones replaced; no proof needs them."""
    from pipeline.cli import show_audit
    from pipeline.usecases.seal import prune_log

    count = prune_log(settings_here())
    if count:
        _note(LogAttempt.PRUNED, f"{count} partial tiles")
    show_audit.pruned(count, json=json)


@audit_app.command("removed")
def removed(
    reason: Annotated[str, typer.Option(help="Why it is asked; kept in the log.")],
    phone: Annotated[str | None, typer.Option(help="A telephone number.")] = None,
    name: Annotated[str | None, typer.Option(help="A person's name.")] = None,
    address: Annotated[str | None, typer.Option(help="House number and street.")] = None,
    text: Annotated[str | None, typer.Option(help="Any other value, as it stood.")] = None,
    editor: Editor = "",
    json: Json = False,
) -> None:
    """Tell whether a value was ever removed, and where; each question leaves an entry.

    Give a hyphen as the value to be asked for it unseen.
    """
    from pipeline.cli import show_audit
    from pipeline.model import Refused, Sensitive
    from pipeline.usecases.removed import Asked, ask_removed

    values = (phone, name, address, text)
    given = [(kind, each) for kind, each in zip(Asked, values, strict=True) if each is not None]
    if len(given) != 1:
        raise Refused("give one of --phone, --name, --address, --text")
    ((kind, value),) = given
    if value == "-":
        value = typer.prompt(kind.value, hide_input=True, err=True)
    report = ask_removed(
        settings_here(), Sensitive(value), kind, person=editor, reason=reason, now=clock()
    )
    show_audit.removed(report, json=json)


@audit_app.command("witness")
def witness(
    folder: Annotated[Path, typer.Argument(help="Where it keeps its key and what it cosigned.")],
    name: Annotated[str, typer.Option(help="The witness's name, such as witness.example/w1.")],
    log_key: Annotated[
        list[str], typer.Option("--log-key", help="Verifier key of a log it cosigns.")
    ],
    host: Annotated[str, typer.Option(help="Address to listen on; loopback only, by default.")] = (
        "127.0.0.1"
    ),
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port; 0 takes a free one.")] = 8461,
) -> None:
    """Serve a witness: it cosigns a log that only ever grows, until Ctrl-C."""
    from pipeline.cli import show_audit
    from pipeline.usecases.witnessing import open_witness

    server, key = open_witness(folder, name, log_key, host=host, port=port, now=clock())
    with server:
        show_audit.witnessing(f"http://{host}:{server.server_address[1]}", str(key))
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            return


Keys = Annotated[
    list[str] | None,
    typer.Option("--key", help="Verifier key, or a file with one; else this log's own."),
]
Witnesses = Annotated[
    list[str] | None, typer.Option("--witness", help="Key of a witness that must have cosigned.")
]
Log = Annotated[
    Path | None, typer.Option("--log", help="Folder of the log; BLOTTER_LOG if left out.")
]


def _keys(given: list[str] | None) -> list[str]:
    """Return the keys asked for, or those of the log that is here: whoever checks brings one."""
    from pipeline.usecases.receipts import log_verifier_keys

    if given:
        return [Path(each).read_text("utf-8") if Path(each).is_file() else each for each in given]
    return list(log_verifier_keys(settings_here()))


@audit_app.command("verify")
def verify(
    log: Log = None,
    key: Keys = None,
    witness: Witnesses = None,
    since: Annotated[
        Path | None, typer.Option(exists=True, help="A checkpoint you kept; the log must grow it.")
    ] = None,
    json: Json = False,
) -> None:
    """Recompute the sealed log from its files, and name the first bad entry; exit 1 when bad."""
    from pipeline.audit.verify import Unproven, verify_consistency, verify_log
    from pipeline.cli import show_audit

    folder, keys = log or settings_here().log, _keys(key)
    try:
        report = verify_log(folder, keys, witness or [])
        if since is not None:
            new = (folder / "checkpoint").read_bytes()
            verify_consistency(folder, since.read_bytes(), new, keys)
    except Unproven as problem:
        if key is None:  # a wrong key given by hand says nothing of the log
            _note_mismatch(folder, ((0, str(problem)),))
        _stop(str(problem), json=json)
    _note_mismatch(folder, report.problems)
    show_audit.verified(report.head.origin, report.head.size, report.problems, json=json)
    if report.problems:
        raise typer.Exit(1)


def _note(verb: LogAttempt, detail: str) -> None:
    from pipeline.usecases.log_notes import note_attempt

    by = os.environ.get("BLOTTER_EDITOR", "")
    note_attempt(settings_here(), verb, by=by, detail=detail, now=clock())


def _note_mismatch(folder: Path, problems: Sequence[tuple[int, str]]) -> None:
    """Let the log here say that it was found unsound; somebody else's log is not ours to note."""
    settings = settings_here()
    if problems and folder.resolve() == settings.log.resolve():
        _note(LogAttempt.MISMATCH, f"first bad entry {problems[0][0]}")


def _write(path: Path, body: bytes) -> None:
    """Write a file for a person.

    Raises:
        ConfigError: it cannot be written.
    """
    from pipeline.model import ConfigError

    try:
        path.write_bytes(body)
    except OSError as error:
        raise ConfigError(
            f"The file cannot be written ({error.strerror})", remedy="Choose another place."
        ) from None


def _stop(problem: str, *, json: bool) -> NoReturn:
    from pipeline.cli import show_audit

    show_audit.verified("", 0, ((0, problem),), json=json)
    raise typer.Exit(1)


@audit_app.command("fsck")
def fsck(json: Json = False) -> None:
    """Recompute the sealed log, compare it with the database; exit 1 where they part."""
    from pipeline.cli import show_audit
    from pipeline.usecases.receipts import check_log_files

    report = check_log_files(settings_here())
    _note_mismatch(settings_here().log, report.problems)
    show_audit.verified(settings_here().log.name, report.size, report.problems, json=json)
    if report.problems:
        raise typer.Exit(1)


@audit_app.command("consistency")
def consistency(
    old: Annotated[Path, typer.Argument(exists=True, help="An older checkpoint that you kept.")],
    new: Annotated[Path, typer.Argument(exists=True, help="A newer one.")],
    log: Log = None,
    key: Keys = None,
    json: Json = False,
) -> None:
    """Check that the log of OLD is the beginning of that of NEW; exit 1 when it is not."""
    from pipeline.audit.verify import Unproven, verify_consistency
    from pipeline.cli import show_audit

    try:
        verify_consistency(
            log or settings_here().log, old.read_bytes(), new.read_bytes(), _keys(key)
        )
    except Unproven as problem:
        _stop(str(problem), json=json)
    show_audit.consistent(json=json)


@audit_app.command("about")
def about(
    alert: Annotated[str, typer.Argument(help="The alert's whole id.")],
    log: Log = None,
    key: Keys = None,
    json: Json = False,
) -> None:
    """Tell what the sealed log says of an alert, from its files alone."""
    from pipeline.audit import verify as verifier
    from pipeline.cli import show_audit

    try:
        story = verifier.about(log or settings_here().log, alert, _keys(key))
    except verifier.Unproven as problem:
        _stop(str(problem), json=json)
    show_audit.told(story, json=json)


receipt_app = typer.Typer(
    cls=MakeGroup, help="Make a receipt of an alert, or verify one; `make` may be left out."
)
audit_app.add_typer(receipt_app, name="receipt")


@receipt_app.command("make")
def receipt_make(
    alert: Annotated[str, typer.Argument(help="The alert's whole id, from `blotter alerts`.")],
    out: Annotated[
        Path | None, typer.Option(help="The file; ALERT.tlog-proof if left out.")
    ] = None,
    json: Json = False,
) -> None:
    """Write a receipt: all that the log says of an alert, to be verified by anybody offline."""
    from pipeline.cli import show_audit
    from pipeline.usecases.receipts import make_receipt

    body = make_receipt(settings_here(), alert)
    path = out or Path(f"{alert}.tlog-proof")
    _write(path, body)
    show_audit.receipt_written(path, json=json)


@receipt_app.command("verify")
def receipt_verify(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="The receipt.")],
    key: Keys = None,
    witness: Witnesses = None,
    json: Json = False,
) -> None:
    """Verify a receipt, and tell what it proves; exit 1 when it proves nothing."""
    from pipeline.audit.verify import Unproven, verify_receipt
    from pipeline.cli import show_audit

    try:
        story = verify_receipt(file.read_bytes(), _keys(key), witness or [])
    except Unproven as problem:
        _stop(str(problem), json=json)
    show_audit.told(story, json=json)


@audit_app.command("report")
def report(
    month: Annotated[str, typer.Option(help="The month, such as 2026-11.")],
    out: Annotated[Path, typer.Option(help="The HTML file.")] = Path("oversight.html"),
) -> None:
    """Write a month of oversight as one page to print, for those who are not engineers."""
    from pipeline.cli import show_audit
    from pipeline.evaluation.monthly import monthly_page
    from pipeline.usecases.monthly import month_of

    page = monthly_page(month_of(settings_here(), month, now=clock()))
    _write(out, page.encode())
    show_audit.report_written(out)

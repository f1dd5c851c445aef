"""Commands and their options. Errors raised on purpose end as one line on standard error.

No command prints record text, except ``reveal``, which the log hears of first.
"""

from __future__ import annotations

import os
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import Annotated

import typer
from rich.console import Console

from pipeline.cli.areas_app import areas_app
from pipeline.cli.audit_app import audit_app
from pipeline.cli.policy_app import policy_app
from pipeline.cli.redact_app import redact_app
from pipeline.cli.relevance_app import relevance_app
from pipeline.cli.sensitivity_app import sensitivity_app
from pipeline.cli.types_app import types_app
from pipeline.cli.zones_app import zones_app
from pipeline.model import BlotterError, Refused, RejectReason, RetractReason
from pipeline.usecases.settings import Settings, load_settings, present

__all__ = ["app", "run_app", "tell_unexpected"]

app = typer.Typer(
    name="blotter",
    no_args_is_help=True,
    help="Dispatch feeds in, reviewed neighborhood alerts out; nobody learns who called.",
    pretty_exceptions_enable=False,
)
agency_app = typer.Typer(no_args_is_help=True, help="Look at agencies and their files.")
app.add_typer(agency_app, name="agency")
app.add_typer(redact_app, name="redact")
app.add_typer(types_app, name="types")
app.add_typer(relevance_app, name="relevance")
app.add_typer(sensitivity_app, name="sensitivity")
app.add_typer(areas_app, name="areas")
app.add_typer(audit_app, name="audit")
app.add_typer(policy_app, name="policy")
app.add_typer(zones_app, name="zones")

Json = Annotated[bool, typer.Option("--json", help="Print JSON for a machine.")]
AgencyOption = Annotated[str | None, typer.Option("--agency", help="Only this agency.")]
Editor = Annotated[
    str, typer.Option("--editor", envvar="BLOTTER_EDITOR", help="Who decides; a person's name.")
]


def run_app() -> None:
    """Run the command; a ``BlotterError`` becomes one line and exit code 2."""
    from pipeline.cli import show

    # Typer's own call would put its traceback printer in the place of ``tell_unexpected``.
    command = typer.main.get_command(app)
    try:
        command()
    except BlotterError as error:
        Console(stderr=True, soft_wrap=True, highlight=False).print(
            f"[bold red]blotter:[/] {show.safe(str(error))}"
        )
        sys.exit(2)


def tell_unexpected(
    kind: type[BaseException], error: BaseException, trace: TracebackType | None
) -> None:
    """Tell an error nobody foresaw by type and place only: its text may quote a record."""
    place = ""
    while trace is not None:
        code = trace.tb_frame.f_code
        place = f"{Path(code.co_filename).name}:{trace.tb_lineno}"
        trace = trace.tb_next
    what = "interrupted" if isinstance(error, KeyboardInterrupt) else f"{kind.__name__} at {place}"
    sys.stderr.write(f"blotter: {what}; what was done before is kept, running it again is safe\n")


def _settings() -> Settings:
    return load_settings(os.environ)


def _now() -> datetime:
    return datetime.now(UTC)


def _present() -> datetime:
    """Return the present, or the moment that is rehearsed."""
    return present(_settings(), _now())


@app.command()
def run(
    once: Annotated[bool, typer.Option("--once", help="One round, then stop and report.")] = False,
    port: Annotated[
        int | None, typer.Option(help="Of Airflow's web page; else a free one.")
    ] = None,
) -> None:
    """Start Airflow, let the DAGs pull and walk every agency, show what happens."""
    from pipeline.cli.run import run_line

    raise typer.Exit(run_line(_settings(), once=once, port=port))


@app.command()
def migrate(json: Json = False) -> None:
    """Bring the database to the version this program needs."""
    from pipeline.cli import show
    from pipeline.usecases.resources import migrate as bring

    before, after = bring(_settings())
    show.migrated(before, after, json=json)


@app.command()
def pull(agency: AgencyOption = None, json: Json = False) -> None:
    """Look at every agency's transport once and land what is new."""
    from pipeline.cli import show
    from pipeline.usecases.pull import pull_agencies

    report = pull_agencies(
        _settings(), run_id="manual", now=_now(), only=None if agency is None else [agency]
    )
    show.pulled(report, json=json)
    if report.failures:
        raise typer.Exit(1)


@app.command()
def walk(
    files: Annotated[list[Path] | None, typer.Argument(help="Payload files to land first.")] = None,
    agency_dir: Annotated[
        Path | None, typer.Option("--agency-dir", help="Folder with the agency.yml they belong to.")
    ] = None,
    json: Json = False,
) -> None:
    """Walk what was landed; or land FILES of the agency in --agency-dir and walk them."""
    from pipeline.cli import show
    from pipeline.usecases.publish import publish_due
    from pipeline.usecases.resources import migrate as bring
    from pipeline.usecases.walk import walk_files, walk_landed

    if bool(files) != (agency_dir is not None):
        raise Refused("give both --agency-dir DIR and payload FILES, or neither")
    settings = _settings()
    with show.walking(json=json) as progress:
        if agency_dir is not None:
            bring(settings)
            report = walk_files(
                settings, agency_dir.absolute(), files or [], now=_now(), progress=progress
            )
        else:
            report = walk_landed(settings, now=_now(), progress=progress)
    show.walked(report, json=json)
    # What the walk withdrew must not stay public until somebody thinks of it.
    told = publish_due(settings, now=_present())
    if told.delivered and not json:
        show.published(told, settings, json=False)
    if report.failures:
        raise typer.Exit(1)


@app.command()
def queue(
    agency: AgencyOption = None,
    held: Annotated[bool, typer.Option("--held", help="Held records instead.")] = False,
    waiting: Annotated[
        bool, typer.Option("--waiting", help="Approved ones that are not due yet instead.")
    ] = False,
    limit: Annotated[int, typer.Option(min=1, max=10_000)] = 50,
    why: Annotated[
        bool, typer.Option("--why", help="Show the parts of each score, and when it may go out.")
    ] = False,
    json: Json = False,
) -> None:
    """List what waits for an editor, most worth a look first."""
    from pipeline.cli import show_desk
    from pipeline.usecases.queue import held_queue, pending_total
    from pipeline.usecases.relevance import ranked_queue

    settings, now = _settings(), _present()
    if held:
        show_desk.held(held_queue(settings, now=now, agency=agency, limit=limit), json=json)
    else:
        rows = ranked_queue(settings, now=now, agency=agency, limit=limit, waiting=waiting)
        total = len(rows) if waiting else pending_total(settings, now=now, agency=agency)
        show_desk.queue(rows, total=total, json=json, why=why)


@app.command(name="show")
def show_candidate(candidate: str, json: Json = False) -> None:
    """Show one candidate: words, redacted remarks, findings, and why it is here."""
    from pipeline.cli import show_desk
    from pipeline.usecases.relevance import explained

    show_desk.candidate(explained(_settings(), candidate, now=_present()), json=json)


@app.command()
def decide(
    candidate: Annotated[str, typer.Argument(help="Id from `blotter queue`, or its beginning.")],
    verb: Annotated[str, typer.Argument(help="approve, reject or edit.")],
    editor: Editor = "",
    reason: Annotated[
        RejectReason | None, typer.Option(help="Why it is rejected; needed for reject.")
    ] = None,
    headline: Annotated[str, typer.Option(help="New headline, for edit.")] = "",
    text: Annotated[str, typer.Option(help="New text, for edit.")] = "",
    json: Json = False,
) -> None:
    """Decide on one candidate; an approved alert is published as soon as it is due."""
    from pipeline.cli import show_desk
    from pipeline.usecases.approve import approve
    from pipeline.usecases.edit import edit
    from pipeline.usecases.reject import reject

    settings, now = _settings(), _present()
    if verb == "approve":
        decided = approve(settings, candidate, editor=editor, now=now)
        if decided.alert is not None:
            _publish_decided(settings)
    elif verb == "edit":
        decided = edit(settings, candidate, editor=editor, now=now, headline=headline, text=text)
    elif verb == "reject":
        if reason is None:
            choices = ", ".join(known.value for known in RejectReason)
            raise Refused(f"reject needs --reason, one of: {choices}")
        decided = reject(settings, candidate, editor=editor, now=now, reason=reason)
    else:
        raise Refused(f"unknown decision {verb!r}; use approve, reject or edit")
    show_desk.decided(decided, verb, settings, json=json)


def _publish_decided(settings: Settings) -> None:
    """Publish what was just approved; when that fails, the decision stands all the same."""
    from pipeline.usecases.publish import publish_due

    try:
        publish_due(settings, now=_present())
    except BlotterError as error:
        why = f"approved, but not published yet: {error}; then run `blotter publish`"
        raise Refused(why) from None


@app.command()
def alerts(
    listed: Annotated[
        bool, typer.Option("--listed", help="Those that are over and still listed instead.")
    ] = False,
    json: Json = False,
) -> None:
    """List live alerts."""
    from pipeline.cli import show_desk
    from pipeline.usecases.counts import still_listed
    from pipeline.usecases.queue import live_alerts

    settings, now = _settings(), _present()
    rows = still_listed(settings, now=now) if listed else live_alerts(settings, now=now)
    show_desk.alerts(rows, json=json)


@app.command()
def counts(
    month: Annotated[
        str, typer.Option(help="Of this month, such as 2026-03; the one before this by default.")
    ] = "",
    bias: Annotated[
        bool, typer.Option("--bias", help="How often areas are told of instead, of 90 days.")
    ] = False,
    agency: AgencyOption = None,
    json: Json = False,
) -> None:
    """Count published alerts by area and kind; small counts are hidden, the others rounded."""
    from pipeline.cli import show_counts
    from pipeline.usecases.counts import month_counts, shares_by_area

    settings, now = _settings(), _present()
    if bias:
        show_counts.shares(shares_by_area(settings, now=now, agency=agency), json=json)
        return
    last = month or f"{now.replace(day=1) - timedelta(days=1):%Y-%m}"
    show_counts.counts(month_counts(settings, now=now, month=last, agency=agency), json=json)


@app.command()
def retract(
    alert: Annotated[str, typer.Argument(help="Id from `blotter alerts`.")],
    reason: Annotated[RetractReason, typer.Option(help="Kept in the log, never shown outside.")],
    editor: Editor = "",
    json: Json = False,
) -> None:
    """Withdraw a published alert from every channel."""
    from pipeline.cli import show
    from pipeline.usecases.publish import publish_due
    from pipeline.usecases.retract import retract as withdraw

    settings = _settings()
    alert_id = withdraw(settings, alert, editor=editor, now=_present(), reason=reason)
    try:
        told = publish_due(settings, now=_present())
    except BlotterError as error:
        why = f"alert {alert_id} is withdrawn but STILL PUBLIC: {error}; then run `blotter publish`"
        raise Refused(why) from None
    show.published(told, settings, json=json)


@app.command()
def publish(
    force: Annotated[bool, typer.Option("--force", help="Write every file again.")] = False,
    json: Json = False,
) -> None:
    """Bring the public files up to date."""
    from pipeline.cli import show
    from pipeline.usecases.publish import publish_due

    settings = _settings()
    show.published(publish_due(settings, now=_present(), force=force), settings, json=json)


@app.command()
def expire(json: Json = False) -> None:
    """Shred payloads and end alerts whose time is over."""
    from pipeline.cli import show
    from pipeline.usecases.expire import expire_due

    show.expired(expire_due(_settings(), now=_present()), json=json)


@app.command()
def ledger(
    agency: AgencyOption = None,
    run_id: Annotated[str | None, typer.Option("--run", help="Only payloads of this run.")] = None,
    json: Json = False,
) -> None:
    """Prove that nothing was lost and nothing counted twice; exit 1 when it does not balance."""
    from pipeline.cli import show_ledger
    from pipeline.usecases.ledger import ledger_report

    report = ledger_report(_settings(), now=_present(), agency=agency, run_id=run_id)
    show_ledger.ledger(report, json=json)
    if not report.balanced:
        raise typer.Exit(1)


@app.command()
def notices(agency: AgencyOption = None, json: Json = False) -> None:
    """Count what was odd about the feeds, by code and field."""
    from pipeline.cli import show_ledger
    from pipeline.usecases.queue import notice_list

    show_ledger.notices(notice_list(_settings(), now=_present(), agency=agency), json=json)


@app.command()
def quarantine(agency: AgencyOption = None, json: Json = False) -> None:
    """List payloads and records that could not be read, with code and position."""
    from pipeline.cli import show_ledger
    from pipeline.usecases.queue import quarantine_list, quarantined_record_list

    settings, now = _settings(), _present()
    show_ledger.quarantine(
        quarantine_list(settings, now=now, agency=agency),
        quarantined_record_list(settings, now=now, agency=agency),
        json=json,
    )


@app.command()
def reveal(
    payload: Annotated[str, typer.Argument(help="Id from `blotter quarantine`.")],
    reason: Annotated[str, typer.Option(help="Why; kept in the log.")],
    editor: Editor = "",
) -> None:
    """Print a payload's private body; the log records who and why before it is shown."""
    from pipeline.usecases.reveal import reveal_payload

    body = reveal_payload(_settings(), payload, person=editor, reason=reason, now=_present())
    sys.stdout.buffer.write(body)


@app.command()
def doctor(json: Json = False) -> None:
    """Say what is missing here and how to mend it."""
    from pipeline.cli import show_health
    from pipeline.cli.doctor import examine

    findings = examine(_settings(), now=_present())
    show_health.doctor(findings, json=json)
    if any(finding.state == "wrong" for finding in findings):
        raise typer.Exit(1)


@app.command()
def pages(folder: Annotated[Path, typer.Argument()] = Path("docs/reference")) -> None:
    """Write the reference pages that are generated from code."""
    from pipeline.cli import show
    from pipeline.cli.pages import write_pages

    show.wrote(write_pages(folder))


@agency_app.command("check")
def agency_check(
    agency_dir: Annotated[
        Path | None, typer.Argument(help="One agency's folder; all of them when left out.")
    ] = None,
    json: Json = False,
) -> None:
    """Read agency files and say what is wrong with them, and how sample calls are located."""
    from pipeline.cli import show_health
    from pipeline.usecases.catalog import check_folder
    from pipeline.usecases.places import catalog_places

    settings, now = _settings(), _now()
    report = check_folder(settings, agency_dir)
    today = now.date()
    places = catalog_places(settings, report, now=now)
    show_health.agencies(report, places, today=today, json=json)
    ended = any(agency.agreement.expires < today for agency in report.agencies)
    if report.errors or ended:
        raise typer.Exit(1)

"""Commands and their options. Errors raised on purpose end as one line on standard error.

No command prints record text, except ``reveal``, which the log hears of first.
"""

from __future__ import annotations

import os
from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated

import typer

from pipeline.audit.events import PrivilegedVerb
from pipeline.cli.agreement_app import agreement_app
from pipeline.cli.areas_app import areas_app
from pipeline.cli.audit_app import audit_app
from pipeline.cli.backfill_app import backfill
from pipeline.cli.backup_app import backup_app
from pipeline.cli.deliveries_app import deliveries_app
from pipeline.cli.desk_app import desk
from pipeline.cli.emulate_app import emulate
from pipeline.cli.ingest_app import ingest
from pipeline.cli.key_app import key_app
from pipeline.cli.metrics_app import metrics_app
from pipeline.cli.onboard_app import check_agency, new_agency, report_drift, sign_agency
from pipeline.cli.policy_app import policy_app
from pipeline.cli.quarantine_app import quarantine_app
from pipeline.cli.receive_app import receive
from pipeline.cli.redact_app import redact_app
from pipeline.cli.relevance_app import relevance_app
from pipeline.cli.request_app import request_app
from pipeline.cli.retention_app import hold_app, retention_app
from pipeline.cli.reveal_app import reveal_app
from pipeline.cli.running import run_command
from pipeline.cli.sensitivity_app import sensitivity_app
from pipeline.cli.site_app import site_app
from pipeline.cli.status_app import status
from pipeline.cli.subscriptions_app import subscriptions_app
from pipeline.cli.surroundings import Json, clock, settings_here, time_of
from pipeline.cli.switch_app import switch_app
from pipeline.cli.types_app import types_app
from pipeline.cli.user_app import user_app
from pipeline.cli.watch_app import watch
from pipeline.cli.webhooks_app import webhooks_app
from pipeline.cli.zones_app import zones_app
from pipeline.model import BlotterError, Refused, RejectReason, RetractReason
from pipeline.usecases.settings import Settings

__all__ = ["app", "run_app"]

app = typer.Typer(
    name="blotter",
    no_args_is_help=True,
    help="Dispatch feeds in, reviewed neighborhood alerts out; nobody learns who called.",
    pretty_exceptions_enable=False,
)
agency_app = typer.Typer(
    no_args_is_help=True, help="Make, look at and sign agencies and their files."
)
app.add_typer(agency_app, name="agency")
app.add_typer(agreement_app, name="agreement")
app.add_typer(redact_app, name="redact")
app.add_typer(types_app, name="types")
app.add_typer(relevance_app, name="relevance")
app.add_typer(sensitivity_app, name="sensitivity")
app.add_typer(areas_app, name="areas")
app.add_typer(audit_app, name="audit")
app.add_typer(reveal_app, name="reveal")
app.add_typer(retention_app, name="retention")
app.add_typer(hold_app, name="hold")
app.add_typer(request_app, name="request")
app.add_typer(policy_app, name="policy")
app.add_typer(zones_app, name="zones")
app.add_typer(deliveries_app, name="deliveries")
app.add_typer(webhooks_app, name="webhooks")
app.add_typer(subscriptions_app, name="subscriptions")
app.add_typer(switch_app, name="switch")
app.add_typer(metrics_app, name="metrics")
app.add_typer(backup_app, name="backup")
app.add_typer(quarantine_app, name="quarantine")
app.add_typer(user_app, name="user")
app.add_typer(site_app, name="site")
app.command(name="status")(status)
app.command(name="watch")(watch)
app.command(name="desk")(desk)
app.command(name="drift")(report_drift)
app.command(name="receive")(receive)
app.command(name="emulate")(emulate)
app.command(name="ingest")(ingest)
app.command(name="backfill")(backfill)
agency_app.add_typer(key_app, name="key")
agency_app.command("new")(new_agency)
agency_app.command("check")(check_agency)
agency_app.command("sign")(sign_agency)

AgencyOption = Annotated[str | None, typer.Option("--agency", help="Only this agency.")]
Editor = Annotated[
    str, typer.Option("--editor", envvar="BLOTTER_EDITOR", help="Who decides; a person's name.")
]


def run_app() -> None:
    """Run the command line with all its commands; see :func:`~pipeline.cli.running.run_command`."""
    run_command(app)


def _note_privileged(settings: Settings, verb: PrivilegedVerb, detail: str) -> None:
    from pipeline.usecases.log_notes import note_privileged

    by = os.environ.get("BLOTTER_EDITOR", "")
    note_privileged(settings, verb, by=by, detail=detail, now=clock())


@app.command()
def run(
    once: Annotated[bool, typer.Option("--once", help="One round, then stop and report.")] = False,
    port: Annotated[
        int | None, typer.Option(help="Of Airflow's web page; else a free one.")
    ] = None,
) -> None:
    """Start Airflow, let the DAGs pull and walk every agency, show what happens."""
    from pipeline.cli.run import run_line

    raise typer.Exit(run_line(settings_here(), once=once, port=port))


@app.command()
def migrate(json: Json = False) -> None:
    """Bring the database to the version this program needs."""
    from pipeline.cli import show
    from pipeline.usecases.resources import migrate as bring

    settings = settings_here()
    before, after = bring(settings)
    if before and before != after:
        _note_privileged(settings, PrivilegedVerb.MIGRATED, f"{before} to {after}")
    show.migrated(before, after, json=json)


@app.command()
def pull(agency: AgencyOption = None, json: Json = False) -> None:
    """Look at every agency's transport once and land what is new."""
    from pipeline.cli import show
    from pipeline.usecases.pull import pull_agencies

    report = pull_agencies(
        settings_here(), run_id="manual", now=clock(), only=None if agency is None else [agency]
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
    settings = settings_here()
    with show.walking(json=json) as progress:
        if agency_dir is not None:
            bring(settings)
            report = walk_files(
                settings, agency_dir.absolute(), files or [], now=clock(), progress=progress
            )
        else:
            report = walk_landed(settings, now=clock(), progress=progress)
    show.walked(report, json=json)
    # What the walk withdrew must not stay public until somebody thinks of it.
    told = publish_due(settings, now=time_of(settings))
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

    settings = settings_here()
    now = time_of(settings)
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

    settings = settings_here()
    show_desk.candidate(explained(settings, candidate, now=time_of(settings)), json=json)


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
    not_before: Annotated[
        datetime | None,
        typer.Option(
            formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M%z"],
            help="An embargo, for approve: it does not go out before, in the agency's local time.",
        ),
    ] = None,
    json: Json = False,
) -> None:
    """Decide on one candidate; an approved alert is published as soon as it is due."""
    from pipeline.cli import show_desk
    from pipeline.usecases.approve import approve
    from pipeline.usecases.edit import edit
    from pipeline.usecases.reject import reject

    settings = settings_here()
    now = time_of(settings)
    if not_before is not None and verb != "approve":
        raise Refused("only an approval says before when it is not to go out")
    if verb == "approve":
        decided = approve(settings, candidate, editor=editor, now=now, not_before=not_before)
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
        publish_due(settings, now=time_of(settings))
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

    settings = settings_here()
    now = time_of(settings)
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

    settings = settings_here()
    now = time_of(settings)
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
    from pipeline.usecases.deliver import deliver_due
    from pipeline.usecases.publish import publish_due
    from pipeline.usecases.retract import retract as withdraw

    settings = settings_here()
    alert_id = withdraw(settings, alert, editor=editor, now=time_of(settings), reason=reason)
    try:
        told = publish_due(settings, now=time_of(settings))
        deliver_due(settings, now=time_of(settings))
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

    settings = settings_here()
    report = publish_due(settings, now=time_of(settings), force=force)
    if force:
        _note_privileged(
            settings, PrivilegedVerb.PUBLISHED_ANEW, f"{report.files_written} files written"
        )
    show.published(report, settings, json=json)


@app.command()
def deliver(json: Json = False) -> None:
    """Send what is queued: webhooks, mail, pings; what fails is tried again later."""
    from pipeline.cli import show_outbox
    from pipeline.usecases.deliver import deliver_due

    settings = settings_here()
    show_outbox.sent(deliver_due(settings, now=time_of(settings)), json=json)


@app.command()
def expire(json: Json = False) -> None:
    """Shred payloads and end alerts whose time is over."""
    from pipeline.cli import show
    from pipeline.usecases.expire import expire_due

    settings = settings_here()
    show.expired(expire_due(settings, now=time_of(settings)), json=json)


@app.command()
def ledger(
    agency: AgencyOption = None,
    run_id: Annotated[str | None, typer.Option("--run", help="Only payloads of this run.")] = None,
    json: Json = False,
) -> None:
    """Prove that nothing was lost and nothing counted twice; exit 1 when it does not balance."""
    from pipeline.cli import show_ledger
    from pipeline.usecases.ledger import ledger_report

    settings = settings_here()
    report = ledger_report(settings, now=time_of(settings), agency=agency, run_id=run_id)
    show_ledger.ledger(report, json=json)
    if not report.balanced:
        raise typer.Exit(1)


@app.command()
def notices(agency: AgencyOption = None, json: Json = False) -> None:
    """Count what was odd about the feeds, by code and field."""
    from pipeline.cli import show_ledger
    from pipeline.usecases.queue import notice_list

    settings = settings_here()
    show_ledger.notices(notice_list(settings, now=time_of(settings), agency=agency), json=json)


@app.command()
def doctor(json: Json = False) -> None:
    """Say what is missing here and how to mend it."""
    from pipeline.cli import show_health
    from pipeline.cli.doctor import examine

    settings = settings_here()
    findings = examine(settings, now=time_of(settings))
    show_health.doctor(findings, json=json)
    if any(finding.state == "wrong" for finding in findings):
        raise typer.Exit(1)


@app.command()
def pages(folder: Annotated[Path, typer.Argument()] = Path("docs/reference")) -> None:
    """Write the reference pages that are generated from code."""
    from pipeline.cli import show
    from pipeline.cli.pages import write_pages

    show.wrote(write_pages(folder))

"""``blotter agency new``, ``check`` and ``sign``: from a sample file to signatures.

Prints names of fields, counts and reasons, call types as the walk shows them, and no other text of
a sample.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from pipeline.cli.surroundings import Json, clock, settings_here, time_of

if TYPE_CHECKING:
    from pipeline.model import PayloadRefused
    from pipeline.usecases.dry_run import DryRun
    from pipeline.usecases.onboard import OnboardReport

__all__ = ["check_agency", "new_agency", "report_drift", "sign_agency"]

_NO_CALLS: Final = (
    "Ask the agency for a table (CSV), or for calls whose parts have labels or one sign between."
)


def new_agency(
    agency_id: Annotated[str, typer.Argument(help="The new folder's name, such as elm-bluff-pd.")],
    sample: Annotated[list[Path], typer.Option("--sample", help="A payload or mail; repeatable.")],
    name: Annotated[str, typer.Option(help="The agency's full name.")] = "",
    timezone: Annotated[str, typer.Option(help="IANA zone of times without one.")] = "",
    key: Annotated[
        list[str] | None, typer.Option(help="Canonical field of the key; repeatable.")
    ] = None,
    columns: Annotated[
        str, typer.Option(help="Names for a table without a header, with commas between.")
    ] = "",
    into: Annotated[Path | None, typer.Option(help="Folder of agencies to write into.")] = None,
    place: Annotated[str, typer.Option(help="The town or county it serves.")] = "",
    state: Annotated[str, typer.Option(help="Two capital letters.")] = "",
    json: Json = False,
) -> None:
    """Make an agency's folder of sample files; what is undecided stays closed and is listed."""
    from pipeline.cli.show import put
    from pipeline.model import PayloadRefused, Refused
    from pipeline.usecases.onboard import Request, onboard

    request = Request(
        agency_id=agency_id,
        samples=tuple(sample),
        name=name,
        timezone=timezone,
        key=tuple(key or ()),
        columns=tuple(each.strip() for each in columns.split(",")) if columns else (),
        into=into,
        place=place,
        state=state,
    )
    try:
        report = onboard(settings_here(), request, now=clock())
    except PayloadRefused as refusal:
        raise Refused(_unread(refusal)) from None
    if json:
        put(_report(report))
    else:
        _print(report)


def _unread(refusal: PayloadRefused) -> str:
    """Return why a sample cannot be read, where, and what to ask the agency for."""
    from pipeline.model import NoticeCode

    code = refusal.code
    at = f" ({refusal.position})" if refusal.position else ""
    # There is no agency.yml yet, in which its remedy says to look.
    remedy = _NO_CALLS if code is NoticeCode.NO_RECORDS_PATH else code.remedy
    return f"the sample cannot be read: {code.value}{at}: {code.meaning} {remedy}"


def _report(report: OnboardReport) -> dict[str, Any]:
    found = report.inferred
    return {
        "folder": str(report.folder),
        "kind": report.kind,
        "dialect": report.dialect,
        "records": report.records,
        "fields": {
            choice.field.value: {
                "paths": list(choice.paths),
                "why": choice.why,
                "sure": choice.sure,
            }
            for choice in found.fields
        },
        "key": [field.value for field in found.key],
        "remarks": [{"each": r.each, "text": r.text, "why": r.why} for r in found.remarks],
        "people": [
            {
                "role": p.role.value,
                "each": p.each,
                "parts": {k: list(v) for k, v in p.parts.items()},
            }
            for p in found.people
        ],
        "private_values": [place.path for place in found.private],
        "ignored_fields": [place.path for place in found.ignored],
        "unread": [place.path for place in found.undecided],
        "call_types": {
            "mapped": sum(each.accepted for each in report.types),
            "waiting": sum(not each.accepted for each in report.types),
        },
        "undecided": list(report.undecided),
        "trial": trial_as_json(report.trial),
    }


def _print(report: OnboardReport) -> None:
    from rich.table import Table

    from pipeline.cli.show import out, safe

    console = out()
    table = Table("field", "from", "sure", "why", title_justify="left")
    table.title = f"{report.folder.name}: {report.kind}, dialect {report.dialect}"
    for choice in report.inferred.fields:
        where = safe(" + ".join(choice.paths))
        table.add_row(choice.field.value, where, f"{choice.sure:.2f}", safe(choice.why))
    console.print(table)
    console.print(f"{report.records} records. Undecided, and closed until you decide:")
    for line in report.undecided:
        console.print(f"  - {safe(line)}")
    show_trial(report.trial)
    console.print(
        f"Wrote {safe(str(report.folder))}; it is in shadow. Next: `blotter agency check`."
    )


def check_agency(
    agency_dir: Annotated[
        Path | None,
        typer.Argument(help="One agency's folder or id; all of them when left out."),
    ] = None,
    against: Annotated[
        list[Path] | None,
        typer.Option(help="Payloads to walk without keeping anything; repeatable."),
    ] = None,
    json: Json = False,
) -> None:
    """Read agency files and say what is wrong with them; with --against, walk payloads on trial."""
    from pipeline.cli import show_health
    from pipeline.cli.show import put
    from pipeline.model import Refused
    from pipeline.usecases.catalog import check_folder
    from pipeline.usecases.dry_run import dry_run
    from pipeline.usecases.places import catalog_places

    settings, now = settings_here(), clock()
    if agency_dir is not None and not agency_dir.is_dir():
        named = settings.agencies / agency_dir
        agency_dir = named if named.is_dir() else agency_dir
    report = check_folder(settings, agency_dir)
    today = now.date()
    places = catalog_places(settings, report, now=now)
    if against and agency_dir is None:
        raise Refused("name the agency that the payloads are of")
    if against and report.agencies:
        try:
            files = [(path.name, path.read_bytes()) for path in against]
        except OSError as error:
            raise Refused(f"a payload cannot be read ({error.strerror})") from None
        trial = dry_run(settings, report.agencies[0], files, now=now)
        if json:
            put(trial_as_json(trial))
        else:
            show_trial(trial)
        raise typer.Exit(1 if trial.differs else 0)
    show_health.agencies(report, places, today=today, json=json)
    ended = any(agency.agreement.expires < today for agency in report.agencies)
    if report.errors or ended:
        raise typer.Exit(1)


def sign_agency(
    agency_id: Annotated[str, typer.Argument(help="The agency's id or folder.")],
    role: Annotated[str, typer.Option("--as", help="engineer or compliance.")],
    by: Annotated[str, typer.Option("--by", envvar="BLOTTER_EDITOR", help="A person's name.")] = "",
    json: Json = False,
) -> None:
    """Sign an agency's file as it is now; with both signatures its calls go to editors."""
    from pipeline.cli.show import out, put, safe
    from pipeline.model import Refused
    from pipeline.usecases.sign_off import Signer, sign_off

    if role not in {each.value for each in Signer}:
        raise Refused("--as is engineer or compliance")
    settings, now = settings_here(), clock()
    signed = sign_off(settings, agency_id, role=Signer(role), person=by, now=now)
    missing = [each.value for each in signed.missing]
    if json:
        put({"agency": signed.agency_id, "version": signed.version, "missing": missing})
        return
    state = f"{missing[0]} must sign too" if missing else "the next walk takes it out of shadow"
    out().print(f"Signed version {signed.version} of {safe(signed.agency_id)}; {state}.")


def report_drift(
    agency: Annotated[str | None, typer.Argument(help="Only this agency.")] = None,
    hours: Annotated[int, typer.Option(min=1, max=720, help="Hours that are the present.")] = 24,
    json: Json = False,
) -> None:
    """Say how feeds changed against their own past, and propose the change to agency.yml."""
    from dataclasses import asdict

    from rich.table import Table

    from pipeline.cli.show import out, put, safe
    from pipeline.usecases.drift import drift

    settings = settings_here()
    reports = drift(settings, now=time_of(settings), agency=agency, hours=hours)
    if json:
        put([asdict(each) for each in reports])
        return
    table = Table("agency", "code", "field", "before", "now")
    for report in reports:
        for each in report.shifts:
            row = (each.code.value, safe(each.field), f"{each.before:g}", f"{each.now:g}")
            table.add_row(report.agency_id, *row)
    out().print(table)
    for report in reports:
        if report.diff:
            out().print(safe(report.diff), soft_wrap=True)


def trial_as_json(trial: DryRun) -> dict[str, Any]:
    """Return a trial as plain values."""
    from pipeline.cli.show_facts import facts_as_json

    uses = {use: [f.path for f in trial.coverage if f.use == use] for use in _USES}
    return {
        "payloads": trial.payloads,
        "records": trial.records,
        "states": dict(trial.states),
        "states_if_all_categories_were_agreed": dict(trial.agreed),
        "refused": dict(trial.refused),
        "notices": dict(trial.notices),
        "coverage": uses,
        "differs_from_golden": list(trial.differs),
        "facts": facts_as_json(trial.facts),
    }


_USES = ("mapped", "ignored", "unread")


def show_trial(trial: DryRun) -> None:
    """Show what a walk of payloads would do."""
    from rich.table import Table

    from pipeline.cli.show import out, safe
    from pipeline.cli.show_facts import show_facts

    console = out()
    table = Table("what becomes of records", "as agreed", "were all categories agreed")
    for state in sorted({*trial.states, *trial.agreed}):
        table.add_row(state, str(trial.states.get(state, 0)), str(trial.agreed.get(state, 0)))
    console.print(table)
    show_facts(trial.facts)
    for use in _USES:
        paths = [each.path for each in trial.coverage if each.use == use]
        console.print(f"{len(paths)} fields {use}: {safe(', '.join(paths)) or '-'}")
    for code, number in trial.refused.items():
        console.print(f"{number} payload(s) refused whole: {code}")
    for name in trial.differs:
        console.print(f"[red]{safe(name)} does not end as its golden says[/]")

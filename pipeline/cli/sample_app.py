"""``blotter audit sample``: draws records, has them reviewed twice and blind, counts.

Reads options and prints; what is done is in ``usecases.sampling``. The original is printed only
where a reason for showing it is given, never with ``--json``.
"""

from __future__ import annotations

import re
import secrets
from typing import Annotated

import typer

from pipeline.audit.sampling import Fault, How, Mark, Pile
from pipeline.cli.surroundings import Json, Person, clock, settings_here
from pipeline.model import Refused

__all__ = ["resume", "sample_app"]

sample_app = typer.Typer(no_args_is_help=True, help="Audit samples of what was told and withheld.")

AgencyOption = Annotated[str | None, typer.Option("--agency", help="Only this agency.")]
SampleId = Annotated[str, typer.Argument(help="The sample, as `draw` named it.")]
Record = Annotated[int, typer.Argument(help="The record's number, as `next` shows it.")]
Missed = Annotated[
    list[str] | None,
    typer.Option(help="TEXT:FROM-TO:ENTITY of what was missed; :caller after it if the caller's."),
]
Needless = Annotated[
    list[str] | None, typer.Option(help="TEXT:FROM-TO of a mask that hides nothing private.")
]
Withheld = Annotated[
    bool, typer.Option("--withheld-needlessly", help="The record could have been told.")
]
Clean = Annotated[bool, typer.Option("--clean", help="Nothing is wrong with the record.")]


@sample_app.command("draw")
def sample_draw(
    person: Person = "",
    pile: Annotated[Pile, typer.Option(help="What to draw from.")] = Pile.PUBLISHED,
    how: Annotated[How, typer.Option(help="At random, or what is riskier first.")] = How.RANDOM,
    size: Annotated[
        int, typer.Option(help="How many records; 598 without a leak show 0.5 %.")
    ] = 598,
    seed: Annotated[str, typer.Option(help="Letters and digits; a random one if left out.")] = "",
    agency: AgencyOption = None,
    json: Json = False,
) -> None:
    """Draw a sample; seed and frame stand in the log, so that anybody can draw it again."""
    from pipeline.cli import show_sample
    from pipeline.usecases.sampling import draw_sample

    sample = draw_sample(
        settings_here(),
        pile=pile,
        how=how,
        size=size,
        seed=seed or secrets.token_hex(6),
        person=person,
        now=clock(),
        agency=agency,
    )
    show_sample.drawn(sample, json=json)


@sample_app.command("next")
def sample_next(
    sample: SampleId,
    person: Person = "",
    original: Annotated[
        str, typer.Option(help="Show the original too, for this reason; it is counted.")
    ] = "",
    json: Json = False,
) -> None:
    """Show the next record you may review; never what somebody else marked."""
    from pipeline.cli import show_sample
    from pipeline.usecases.originals import original_texts
    from pipeline.usecases.sampling import next_item

    if original and json:
        raise Refused("originals are shown to people, not to machines; leave --json out")
    settings, now = settings_here(), clock()
    item = next_item(settings, sample, person=person, now=now)
    show_sample.item(item, json=json)
    if original and item is not None:
        texts = original_texts(
            settings, sample, item.record, person=person, reason=original, now=now
        )
        show_sample.originals(texts)


@sample_app.command("mark")
def sample_mark(
    sample: SampleId,
    record: Record,
    person: Person = "",
    missed: Missed = None,
    needless: Needless = None,
    withheld_needlessly: Withheld = False,
    clean: Clean = False,
    json: Json = False,
) -> None:
    """Write down what you found in a record, once and for good."""
    from pipeline.cli import show_sample
    from pipeline.usecases.sampling import mark_item

    marks = _marks(missed, needless, withheld=withheld_needlessly, clean=clean)
    done = mark_item(settings_here(), sample, record, person=person, marks=marks, now=clock())
    show_sample.marked(done, json=json)


@sample_app.command("disagreements")
def sample_disagreements(sample: SampleId, json: Json = False) -> None:
    """List records two reviewers see differently, for a third person."""
    from pipeline.cli import show_sample
    from pipeline.usecases.sampling import disagreements

    show_sample.disagreements(disagreements(settings_here(), sample, now=clock()), json=json)


@sample_app.command("adjudicate")
def sample_adjudicate(
    sample: SampleId,
    record: Record,
    person: Person = "",
    missed: Missed = None,
    needless: Needless = None,
    withheld_needlessly: Withheld = False,
    clean: Clean = False,
    json: Json = False,
) -> None:
    """Decide a disagreement as a third person: these marks stand."""
    from pipeline.cli import show_sample
    from pipeline.usecases.sampling import adjudicate

    marks = _marks(missed, needless, withheld=withheld_needlessly, clean=clean)
    done = adjudicate(settings_here(), sample, record, person=person, marks=marks, now=clock())
    show_sample.marked(done, json=json)


@sample_app.command("figures")
def sample_figures(agency: AgencyOption = None, json: Json = False) -> None:
    """Show leak rates, needless masks, elusion; exact intervals, and what is still needed."""
    from pipeline.cli import show_sample
    from pipeline.usecases.sample_figures import audit_figures

    show_sample.figures(audit_figures(settings_here(), agency=agency), json=json)


@sample_app.command("recapture")
def sample_recapture(sample: SampleId, person: Person = "", json: Json = False) -> None:
    """Estimate what all detectors missed, from the originals the vault still has; shows none."""
    from pipeline.cli import show_sample
    from pipeline.usecases.recapture import recapture

    show_sample.recapture(recapture(settings_here(), sample, person=person, now=clock()), json=json)


def resume(
    agency: Annotated[str, typer.Argument(help="The agency that paused itself.")],
    reason: Annotated[str, typer.Option(help="Why it may publish again; kept in the log.")],
    person: Person = "",
    json: Json = False,
) -> None:
    """Let an agency publish again that paused itself for leaks; its rate is counted anew."""
    from pipeline.cli import show_sample
    from pipeline.usecases.budget import resume_agency

    pause = resume_agency(settings_here(), agency, person=person, reason=reason, now=clock())
    show_sample.resumed(pause, json=json)


def _marks(
    missed: list[str] | None, needless: list[str] | None, *, withheld: bool, clean: bool
) -> list[Mark]:
    found = [_mark(Fault.MISSED, each) for each in missed or ()]
    found += [_mark(Fault.NEEDLESS, each) for each in needless or ()]
    found += [Mark(fault=Fault.WITHHELD)] if withheld else []
    if clean == bool(found):
        raise Refused("say what is wrong, or --clean when nothing is")
    return found


_PLACE = re.compile(r"(-1|\d{1,4}):(\d{1,6})-(\d{1,6})(?::([A-Z_]+)(:caller)?)?")


def _mark(fault: Fault, text: str) -> Mark:
    match = _PLACE.fullmatch(text)
    problem = "a mark is TEXT:FROM-TO:ENTITY, such as 0:14-22:PERSON; a needless mask has no entity"
    if match is None:
        raise Refused(problem)
    try:
        return Mark(
            fault=fault,
            remark=int(match[1]),
            start=int(match[2]),
            end=int(match[3]),
            entity=match[4] or "",
            caller=match[5] is not None,
        )
    except ValueError:
        raise Refused(problem) from None

"""Writes a month of oversight as one HTML page that prints well and stands alone.

In: counts and shares with their intervals. Out: HTML with charts inside, no script, no link to the
outside. It must never hold a text of a feed, or a rate without how many it is of.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from html import escape

from pipeline.evaluation.charts import count_chart, interval_chart
from pipeline.evaluation.monthly_words import in_words, month_name

__all__ = ["Audited", "Month", "Spread", "monthly_page"]

_STYLE = """
body{font:16px/1.55 Georgia,serif;color:#1f2933;max-width:52rem;margin:2.5rem auto;padding:0 1.2rem}
h1{font-size:2rem;margin-bottom:.2rem}h2{font-size:1.25rem;margin-top:2.4rem;break-after:avoid}
.lead{color:#52606d;margin-top:0}.tiles{display:flex;flex-wrap:wrap;gap:1rem;padding:0;
list-style:none}.tiles li{flex:1 1 7rem;border-top:4px solid #1f6f78;background:#f4f7f8;
padding:.8rem 1rem}.tiles li.bad{border-color:#b3413b}.tiles b{display:block;font-size:1.5rem}
.notice{border-left:5px solid #b3413b;background:#fbf1f0;padding:.6rem 1rem}
.notice.calm{border-color:#1f6f78;background:#f4f7f8}.notice ul{margin:.3rem 0;padding-left:1.2rem}
svg{width:100%;height:auto}section{break-inside:avoid}small{color:#52606d}
@page{margin:18mm}@media print{body{margin:0;max-width:none;font-size:11pt}}
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Audited:
    """``part`` of ``whole`` reviewed records with a leak, and the exact 95 % interval."""

    part: int
    whole: int
    low: float
    high: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Spread:
    """An estimate of identifiers no search saw, with its 95 % interval."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Month:
    """What a month's page says. ``released`` of which ``four_eyes`` had two editors.

    ``late_reveals`` and ``late_requests`` are overdue when the page is made, ``destroyed`` counts
    keys by class, ``unseen`` is an estimate with its interval.
    """

    month: str
    limit: float
    leaks: Mapping[str, Audited]
    by_reason: Mapping[str, int]
    reveals: Mapping[str, int]
    retractions: Mapping[str, int]
    released: int
    four_eyes: int
    entries: int
    problems: int
    paused: Sequence[str]
    reveals_by_code: Mapping[str, int] = field(default_factory=dict)
    reviewed: int = 0
    late_reveals: Sequence[str] = ()
    requests: Mapping[str, int] = field(default_factory=dict)
    late_requests: int = 0
    destroyed: Mapping[str, int] = field(default_factory=dict)
    holds: int = 0
    unseen: Spread | None = None


def monthly_page(found: Month) -> str:
    """Return the page."""
    sound = found.problems == 0
    opened = sum(found.reveals.values())
    month = month_name(found.month)
    tiles = (
        (f"{sum(found.by_reason.values()):,}", "private details removed", True),
        (f"{opened:,}", f"time{'s' * (opened != 1)} an original was opened", True),
        (f"{sum(found.retractions.values()):,}", "alerts withdrawn", True),
        (f"{found.four_eyes:,} of {found.released:,}", "alerts with two editors", True),
        ("sound" if sound else "NOT sound", f"log, {found.entries:,} entries in all", sound),
    )
    parts = [
        '<!doctype html><html lang="en"><head><meta charset="utf-8">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        f"<title>Oversight, {month}</title><style>{_STYLE}</style></head><body>",
        f"<h1>Oversight, {month}</h1>",
        (
            '<p class="lead">What was removed from dispatch records before neighbors were told, who'
            " looked at originals, and how often something private was missed.</p>"
        ),
        *_short(found, month),
        *_attention(found),
        '<ul class="tiles">',
        *(
            f'<li class="{"good" if good else "bad"}"><b>{value}</b>{what}</li>'
            for value, what, good in tiles
        ),
        "</ul>",
        *_leaks(found),
        *_counted("Private details removed, by reason", in_words(found.by_reason), "Nothing was."),
        *_counted("Originals opened, by person", found.reveals, "No original was opened."),
        *_counted("Originals opened, by why", in_words(found.reveals_by_code), "None was."),
        *_reviews(found),
        *_counted("Alerts withdrawn, by reason", in_words(found.retractions), "No alert was."),
        *_four_eyes(found),
        *_counted("Requests of victims and subjects", in_words(found.requests), "Nobody asked."),
        *_counted("Private text destroyed for good", in_words(found.destroyed), "Nothing was due."),
        f"<p>{_held(found.holds)}</p>",
        *_integrity(found),
        (
            "<p><small>Every number comes from entries of an append-only log that holds no text of"
            " any record. Anybody with its public key can check it.</small></p></body></html>"
        ),
    ]
    return "\n".join(parts) + "\n"


def _short(found: Month, month: str) -> Iterable[str]:
    """Say the month in three sentences, with nothing that the rest does not prove."""
    removed = sum(found.by_reason.values())
    alerts = f"{found.released:,} alert{'s' * (found.released != 1)}"
    yield (
        f"<p>In {month}, {alerts} went out, approved by named editors. {removed:,} private details"
        " were removed before an editor saw the records."
    )
    part = sum(each.part for each in found.leaks.values())
    whole = sum(each.whole for each in found.leaks.values())
    if whole:
        yield (
            f"Of {whole:,} records that two people read again, {part:,} still held something"
            f" private ({_share(part, whole)}; the limit is {found.limit:.1%}).</p>"
        )
    else:
        yield "Nobody read a sample of them again, so how much was missed is not known.</p>"


def _attention(found: Month) -> Iterable[str]:
    """List what somebody has to do, before any number; say so where there is nothing."""
    late = found.late_requests
    todo = [
        *(f"Paused: {escape(each)}" for each in found.paused),
        *([f"The log is not whole: {found.problems:,} entries."] if found.problems else []),
        *([f"{late} request{'s' * (late != 1)} should have been answered by now."] * bool(late)),
        *(f"Nobody reviewed within a week: {escape(each)}" for each in found.late_reveals),
    ]
    if not todo:
        yield '<p class="notice calm">Nothing is overdue, and no agency is paused.</p>'
        return
    yield '<div class="notice"><b>This needs somebody</b><ul>'
    yield from (f"<li>{each}</li>" for each in todo)
    yield "</ul></div>"


def _share(part: int, whole: int) -> str:
    return f"{part / whole:.1%}"


def _held(holds: int) -> str:
    if not holds:
        return "No legal hold lasts."
    word = "hold lasts" if holds == 1 else "holds last"
    return f"{holds} legal {word} now: what {'it covers' if holds == 1 else 'they cover'} is kept."


def _leaks(found: Month) -> Iterable[str]:
    yield "<section><h2>How often something private was missed</h2>"
    if not found.leaks:
        yield "<p>No sample of this month was reviewed: nothing can be said.</p></section>"
        return
    yield (
        "<p>Two people read each sampled record without seeing what the other found. The bar is"
        f" where the true rate lies with 95 % certainty; the dotted line is {found.limit:.1%}.</p>"
    )
    rows = {
        name: (each.part / each.whole, each.low, each.high, f"{each.part} of {each.whole}")
        for name, each in found.leaks.items()
    }
    yield interval_chart(rows, bar=found.limit, title="Records with a leak")
    if found.unseen is not None:
        yield (
            f"<p>By what one reviewer found and the other did not, {found.unseen.value:.1f} more"
            f" private details (95 %: {found.unseen.low:.1f} to {found.unseen.high:.1f}) were seen"
            " by neither.</p>"
        )
    yield "</section>"


def _reviews(found: Month) -> Iterable[str]:
    opened = sum(found.reveals.values())
    if opened:
        yield f"<p>A second person has reviewed {found.reviewed} of {opened}.</p>"


def _four_eyes(found: Month) -> Iterable[str]:
    yield "<section><h2>Alerts that two editors approved</h2>"
    if not found.released:
        yield "<p>No alert went out.</p></section>"
        return
    yield (
        f"<p>{found.four_eyes:,} of {found.released:,} ({_share(found.four_eyes, found.released)})."
        " Kinds of calls that can hurt somebody need two; the others one.</p></section>"
    )


def _integrity(found: Month) -> Iterable[str]:
    yield "<section><h2>Is the log whole</h2>"
    if found.problems:
        yield f"<p>No: {found.problems:,} of {found.entries:,} entries are not as logged.</p>"
    else:
        yield f"<p>Yes: all {found.entries:,} entries stand as they were logged.</p>"
    yield "</section>"


def _counted(title: str, rows: Mapping[str, int], empty: str) -> Iterable[str]:
    yield f"<section><h2>{escape(title)}</h2>"
    yield count_chart(rows, title="") if rows else f"<p>{escape(empty)}</p>"
    yield "</section>"

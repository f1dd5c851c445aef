"""Writes a month of oversight as one HTML page that prints well and stands alone.

In: counts and shares with their intervals. Out: HTML with charts inside, no script, no link to the
outside. It must never hold a text of a feed, or a rate without how many it is of.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from html import escape

from pipeline.evaluation.charts import count_chart, interval_chart

__all__ = ["Audited", "Month", "monthly_page"]

_STYLE = """
body{font:16px/1.55 Georgia,serif;color:#1f2933;max-width:52rem;margin:2.5rem auto;padding:0 1.2rem}
h1{font-size:2rem;margin-bottom:.2rem}h2{font-size:1.25rem;margin-top:2.4rem;break-after:avoid}
.lead{color:#52606d;margin-top:0}.tiles{display:flex;flex-wrap:wrap;gap:1rem;padding:0;
list-style:none}.tiles li{flex:1 1 7rem;border-top:4px solid #1f6f78;background:#f4f7f8;
padding:.8rem 1rem}.tiles li.bad{border-color:#b3413b}.tiles b{display:block;font-size:1.5rem}
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
class Month:
    """What a month's page says. ``released`` of which ``four_eyes`` had two editors."""

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


def monthly_page(found: Month) -> str:
    """Return the page."""
    sound = found.problems == 0
    tiles = (
        (f"{sum(found.by_reason.values()):,}", "private details removed", True),
        (f"{sum(found.reveals.values()):,}", "times an original was opened", True),
        (f"{sum(found.retractions.values()):,}", "alerts withdrawn", True),
        (f"{found.four_eyes:,} of {found.released:,}", "alerts with two editors", True),
        ("sound" if sound else "NOT sound", f"log, {found.entries:,} entries in all", sound),
    )
    parts = [
        '<!doctype html><html lang="en"><head><meta charset="utf-8">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        f"<title>Oversight, {escape(found.month)}</title><style>{_STYLE}</style></head><body>",
        f"<h1>Oversight, {escape(found.month)}</h1>",
        (
            '<p class="lead">What was removed from dispatch records before neighbors were told, who'
            " looked at originals, and how often something private was missed.</p>"
        ),
        *(f"<p><b>{escape(each)}</b></p>" for each in found.paused),
        '<ul class="tiles">',
        *(
            f'<li class="{"good" if good else "bad"}"><b>{value}</b>{what}</li>'
            for value, what, good in tiles
        ),
        "</ul>",
        *_leaks(found),
        *_counted("Private details removed, by reason", found.by_reason, "Nothing was removed."),
        *_counted("Originals opened, by person", found.reveals, "No original was opened."),
        *_counted("Alerts withdrawn, by reason", found.retractions, "No alert was withdrawn."),
        (
            "<p><small>Every number comes from entries of an append-only log that holds no text of"
            " any record. Anybody with its public key can check it.</small></p></body></html>"
        ),
    ]
    return "\n".join(parts) + "\n"


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
    yield interval_chart(rows, bar=found.limit, title="Records with a leak") + "</section>"


def _counted(title: str, rows: Mapping[str, int], empty: str) -> Iterable[str]:
    yield f"<section><h2>{escape(title)}</h2>"
    yield count_chart(rows, title="") if rows else f"<p>{escape(empty)}</p>"
    yield "</section>"

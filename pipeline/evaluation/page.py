"""Writes an evaluation as one HTML page that needs nothing beside it.

In: figures, and what was judged. Out: HTML with tables and charts inside, no script, no link to
the outside. It must never hold a narrative's text: misses are named by id, offsets and entity.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape

from pipeline.evaluation.charts import bar_chart, recall_chart
from pipeline.evaluation.figures import Figures, Share

__all__ = ["BARS", "html_page", "percent"]

BARS = {"recall": 0.99, "leak_free": 0.97, "over_masking": 0.05}
"""What redaction is held to; ``docs/reference/redaction-evaluation.md`` says why."""

_STYLE = """
body{font:16px/1.5 system-ui,sans-serif;color:#1f2933;max-width:56rem;margin:2rem auto;
padding:0 1rem}
h1{font-size:1.6rem}h2{font-size:1.2rem;margin-top:2.2rem}
.tiles{display:flex;flex-wrap:wrap;gap:1rem;padding:0;list-style:none}
.tiles li{flex:1 1 12rem;border:1px solid #d9e0e6;border-radius:.5rem;padding:.8rem 1rem}
.tiles b{display:block;font-size:1.6rem}.good b{color:#1f6f78}.bad b{color:#b3413b}
table{border-collapse:collapse;width:100%;font-size:.9rem}
th,td{text-align:right;padding:.25rem .6rem;border-bottom:1px solid #d9e0e6}
th:first-child,td:first-child{text-align:left}svg{width:100%;height:auto}small{color:#52606d}
"""


def html_page(found: Figures, *, title: str, version: str) -> str:
    """Return the page; ``title`` names what was judged, ``version`` what was judging."""
    parts = [
        "<!doctype html>",
        '<html lang="en"><head><meta charset="utf-8">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        f"<title>{escape(title)}</title><style>{_STYLE}</style></head><body>",
        f"<h1>{escape(title)}</h1>",
        _how(found),
        *_tiles(found),
        "<h2>Identifiers caught, by entity</h2>",
        recall_chart(found.by_entity, bar=BARS["recall"], title="Caught, with interval"),
        *_table(("entity", "caught", "of", "share", "interval"), _entity_rows(found)),
        "<h2>By style of writing</h2>",
        recall_chart(
            {name: each.leak_free for name, each in found.by_style.items()},
            bar=BARS["leak_free"],
            title="Narratives without a leak, with interval",
        ),
        bar_chart(
            {name: each.over_masking for name, each in found.by_style.items()},
            bar=BARS["over_masking"],
            title="Innocent letters and digits masked",
        ),
        *_table(
            ("style", "narratives", "caught", "leak-free", "over-masking", "held"),
            _style_rows(found),
        ),
        *_misses(found),
        f"<p><small>{escape(version)}</small></p></body></html>",
    ]
    return "\n".join(parts) + "\n"


def percent(share: Share) -> str:
    """Return a share for people, or a dash where there was nothing to count."""
    return f"{share.value:.1%}" if share.whole else "-"


def _how(found: Figures) -> str:
    return (
        f"<p>{found.narratives:,} narratives. An identifier is caught when every letter and digit"
        " of it is masked. Intervals are Wilson's, of 95 %.</p>"
    )


def _interval(share: Share) -> str:
    low, high = share.interval
    return f"{low:.1%} to {high:.1%}"


def _tiles(found: Figures) -> Iterable[str]:
    yield '<ul class="tiles">'
    free = found.leak_free
    yield _tile("of narratives are leak-free", free, free.value >= BARS["leak_free"])
    yield _tile("of identifiers are caught", found.recall, found.recall.value >= BARS["recall"])
    over = found.over_masking
    yield _tile("of innocent characters are masked", over, over.value <= BARS["over_masking"])
    yield _tile("of staff names are masked", found.staff, None)
    yield _tile("of narratives are held", found.held, None)
    yield (
        f"<li><b>{found.speed.per_second:,.0f}</b>narratives a second of one core<br>"
        f"<small>{found.speed.words / found.narratives:.0f} words each; loading takes"
        f" {found.speed.loading:.2f} s</small></li></ul>"
    )
    yield (
        f"<p>Staff counted too, {percent(found.leak_free_with_staff)} of narratives are leak-free."
        f" A held narrative shows nothing, so it leaks nothing; counted as masked,"
        f" {percent(found.over_masking_with_held)} of innocent characters are.</p>"
    )


def _tile(what: str, share: Share, good: bool | None) -> str:
    kind = "" if good is None else ' class="good"' if good else ' class="bad"'
    counts = f"{share.part:,} of {share.whole:,}, {_interval(share)}"
    return f"<li{kind}><b>{percent(share)}</b>{what}<br><small>{counts}</small></li>"


def _entity_rows(found: Figures) -> Iterable[Sequence[str]]:
    for name, share in found.by_entity.items():
        yield name, f"{share.part:,}", f"{share.whole:,}", percent(share), _interval(share)


def _style_rows(found: Figures) -> Iterable[Sequence[str]]:
    for name, each in found.by_style.items():
        yield (
            name,
            f"{each.narratives:,}",
            percent(each.recall),
            percent(each.leak_free),
            percent(each.over_masking),
            percent(each.held),
        )


def _misses(found: Figures) -> Iterable[str]:
    yield f"<h2>Misses: {len(found.misses)}</h2>"
    if found.misses:
        rows = ((m.id, m.entity, f"{m.start}-{m.end}", str(m.readable)) for m in found.misses)
        yield from _table(("narrative", "entity", "characters", "readable"), rows)


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterable[str]:
    yield f"<table><tr>{''.join(f'<th>{escape(each)}</th>' for each in head)}</tr>"
    for row in rows:
        yield f"<tr>{''.join(f'<td>{escape(each)}</td>' for each in row)}</tr>"
    yield "</table>"

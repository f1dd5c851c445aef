"""Turns measured rounds into a record, tables, a picture, and the page that shows the last run.

In: cases with their seconds. Out: one JSON-ready record a run, Markdown, SVG. Must never name a
folder or a host of the machine.
"""

from __future__ import annotations

import os
import platform
from collections.abc import Mapping, Sequence
from importlib.metadata import version
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.cases import Case
from benchmarks.line import STAGES
from benchmarks.measure import Lap, spread

__all__ = ["case_record", "machine", "picture", "replace_figures", "tables"]

START, END = "<!-- figures -->", "<!-- end of figures -->"

_LIBRARIES = (
    "cryptography", "jmespath", "jsonschema", "lxml", "orjson", "pandas", "presidio-analyzer",
    "shapely", "sqlalchemy",
)  # fmt: skip

_COLORS = dict(
    zip(
        STAGES,
        ("#9aa0a6", "#5b8dbe", "#2f6f9f", "#c8553d", "#e08e45", "#f2c14e", "#7a9e7e", "#4f6d5a"),
        strict=True,
    )
)
_WIDTH, _LEFT, _BAR, _STEP = 760, 170, 22, 40


def machine() -> dict[str, Any]:
    """Return what the figures depend on: processor, cores, versions."""
    return {
        "processor": _processor(),
        "cores": os.cpu_count(),
        "system": platform.system(),
        "python": platform.python_version(),
        "libraries": {name: version(name) for name in _LIBRARIES},
    }


def case_record(case: Case, laps: Mapping[str, Sequence[Lap]]) -> dict[str, Any]:
    """Return one case's figures.

    Units a second by the clock; microseconds of processor time a unit; and, by processor time, the
    speed as a share of the base contender's in the same round.
    """
    figures = {}
    for name, taken in laps.items():
        figures[name] = {
            "per_second": _rounded([case.count / lap.wall for lap in taken]),
            "cpu_us": _rounded([lap.cpu / case.count * 1e6 for lap in taken]),
        }
        if case.base and name != case.base:
            pairs = zip(laps[case.base], taken, strict=True)
            figures[name]["of_base"] = _rounded([base.cpu / lap.cpu for base, lap in pairs])
    last = case.stages[1:]  # the first run did not count
    return {
        "case": case.name,
        "title": case.title,
        "unit": case.unit,
        "count": case.count,
        "bytes": case.size,
        "base": case.base,
        "contenders": figures,
        "stages_us": {
            stage: round(median(run[stage] for run in last) / case.count * 1e6) for stage in STAGES
        }
        if last
        else {},
        "footprint": dict(case.footprint()) if case.footprint else {},
    }


def tables(run: Mapping[str, Any]) -> str:
    """Return a run as Markdown."""
    lines = [_about(run), "", *_speeds(run["cases"])]
    staged = [case for case in run["cases"] if case["stages_us"]]
    if staged:
        lines += ["", "Where the whole line spends its time, in microseconds a record:", ""]
        lines += _rows(
            ["case", *STAGES, "all"],
            [
                [
                    case["case"],
                    *(f"{case['stages_us'][stage]:,}" for stage in STAGES),
                    f"{sum(case['stages_us'].values()):,}",
                ]
                for case in staged
            ],
        )
    for case in run["cases"]:
        if case["footprint"]:
            lines += ["", _footprint(case)]
    return "\n".join(lines)


def replace_figures(page: str, figures: str) -> str:
    """Return the page with new figures between its two markers.

    Raises:
        ValueError: a marker is missing.
    """
    before, rest = page.split(START)
    _, after = rest.split(END)
    return f"{before}{START}\n{figures}\n{END}{after}"


def picture(run: Mapping[str, Any]) -> str:
    """Return bars of the line's stages as SVG, each bar as wide as its whole time."""
    staged = [case for case in run["cases"] if case["stages_us"]]
    height = _STEP * (len(staged) + 1) + 12
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height}"',
        ' font-family="sans-serif" font-size="12" role="img">',
        "<title>Share of each stage in the time of the whole line</title>",
        '<rect width="100%" height="100%" fill="#ffffff"/>',
        *_legend(),
    ]
    for row, case in enumerate(staged, start=1):
        parts += _bar(case, row * _STEP)
    return "\n".join([*parts, "</svg>", ""])


def _legend() -> list[str]:
    step = (_WIDTH - 20) // len(STAGES)
    return [
        f'<rect x="{10 + place * step}" y="10" width="12" height="12" fill="{_COLORS[stage]}"/>'
        f'<text x="{27 + place * step}" y="20" fill="#222222">{stage}</text>'
        for place, stage in enumerate(STAGES)
    ]


def _bar(case: Mapping[str, Any], top: int) -> list[str]:
    whole = sum(case["stages_us"].values()) or 1
    label = f"{case['case']}: {whole / 1000:.1f} ms"
    parts = [f'<text x="10" y="{top + 15}" fill="#222222">{label}</text>']
    left = float(_LEFT)
    for stage in STAGES:
        width = (_WIDTH - _LEFT - 10) * case["stages_us"][stage] / whole
        parts.append(
            f'<rect x="{left:.1f}" y="{top}" width="{width:.1f}" height="{_BAR}"'
            f' fill="{_COLORS[stage]}"/>'
        )
        left += width
    return parts


def _footprint(case: Mapping[str, Any]) -> str:
    found = case["footprint"]
    return (
        f"`blotter redact` answers its first text after {found['first_answer_s']} s"
        f" ({found['first_answer_cpu_s']} s of the processor), and holds"
        f" {found['memory_mb']:,} MB at most for {case['count']:,} {case['title']}."
    )


def _about(run: Mapping[str, Any]) -> str:
    host = run["machine"]
    libraries = ", ".join(f"{name} {number}" for name, number in host["libraries"].items())
    return (
        f"Measured {run['at'][:10]} at commit {run['commit']}: {host['processor']},"
        f" {host['cores']} cores, {host['system']}, Python {host['python']}; {libraries}."
        f" {run['rounds']} rounds; median, lowest and highest in brackets."
    )


def _speeds(cases: Sequence[Mapping[str, Any]]) -> list[str]:
    rows = []
    for case in cases:
        what = f"{case['case']} ({case['count']:,}, {case['bytes'] / 1e6:.1f} MB)"
        for name, figures in case["contenders"].items():
            speed = figures["per_second"]
            share = figures.get("of_base")
            rows.append(
                [
                    what,
                    name,
                    f"{speed['median']:,.0f} [{speed['low']:,.0f}-{speed['high']:,.0f}]",
                    f"{figures['cpu_us']['median']:,.0f}",
                    f"{share['median']:.1%} [{share['low']:.1%}-{share['high']:.1%}]"
                    if share
                    else "",
                ]
            )
            what = ""
    return _rows(
        [
            "case (units, size)",
            "contender",
            "units a second",
            "processor µs a unit",
            "speed of base",
        ],
        rows,
    )


def _rows(head: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    rule = ["---"] * len(head)
    return [f"| {' | '.join(row)} |" for row in (head, rule, *rows)]


def _rounded(values: Sequence[float]) -> dict[str, float]:
    found = spread(values)
    return {name: float(f"{getattr(found, name):.4g}") for name in ("median", "low", "high")}


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.machine()
    names = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(names, platform.machine())

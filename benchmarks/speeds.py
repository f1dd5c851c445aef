"""Draws how many narratives a second each contender redacts, as SVG.

In: a run's record. Out: a picture, or nothing when the run did not compare redaction. It must never
draw a median without its lowest and highest round.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

__all__ = ["CASES", "speeds_picture"]

CASES = ("redaction", "redaction-varied")
"""The cases that are drawn, one below the other."""

_BAR_LINE = 2_000
_WIDTH, _LEFT, _RIGHT, _BAR, _STEP = 760, 190, 60, 20, 34
_COLORS = {"redact": "#1f6f78"}
_OTHER, _INK, _GOAL = "#9aa0a6", "#222222", "#b3413b"


def speeds_picture(run: Mapping[str, Any]) -> str:
    """Return bars of narratives a second by contender, with a line at 2,000; empty without any."""
    cases = [case for case in run["cases"] if case["case"] in CASES]
    if not cases:
        return ""
    rows = [(case, name) for case in cases for name in case["contenders"]]
    most = max(case["contenders"][name]["per_second"]["high"] for case, name in rows)
    scale = (_WIDTH - _LEFT - _RIGHT) / max(most, _BAR_LINE * 1.2)
    height = _STEP * (len(rows) + len(cases)) + 30
    goal = _LEFT + _BAR_LINE * scale
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height}"',
        ' font-family="sans-serif" font-size="12" role="img">',
        f"<style>line {{ stroke: {_INK}; stroke-width: 1 }}</style>",
        "<title>Narratives of about 42 words redacted in a second on one core</title>",
        '<rect width="100%" height="100%" fill="#ffffff"/>',
    ]
    top = 8
    for case in cases:
        parts.append(f'<text x="10" y="{top + 16}" fill="{_INK}">{case["title"]}</text>')
        top += _STEP
        for name, figures in case["contenders"].items():
            parts += _bar(name, figures["per_second"], scale, top)
            top += _STEP
    parts += [
        f'<line x1="{goal:.1f}" y1="24" x2="{goal:.1f}" y2="{top}" style="stroke:{_GOAL}"/>',
        f'<text x="{goal + 4:.1f}" y="{top + 12}" fill="{_GOAL}">2,000 a second</text>',
    ]
    return "\n".join([*parts, "</svg>", ""])


def _bar(name: str, speed: Mapping[str, float], scale: float, top: int) -> Sequence[str]:
    color = _COLORS.get(name, _OTHER)
    width, low, high = (speed[each] * scale for each in ("median", "low", "high"))
    middle, end = top + _BAR / 2, _LEFT + max(width, high) + 6
    return [
        f'<text x="20" y="{top + 14}" fill="{_INK}">{name}</text>',
        f'<rect x="{_LEFT}" y="{top}" width="{width:.1f}" height="{_BAR}" fill="{color}"/>',
        f'<line x1="{_LEFT + low:.1f}" y1="{middle}" x2="{_LEFT + high:.1f}" y2="{middle}"/>',
        f'<text x="{end:.1f}" y="{top + 14}" fill="{_INK}">{speed["median"]:,.0f}</text>',
    ]

"""Lists the rules that explain numbers, in order, each with examples that are its tests.

In: nothing. Out: the rules. What each looks at is in ``number_means``; which words forbid them all
is in ``numbers``.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from pipeline.redact import number_forms as forms
from pipeline.redact import number_means as means
from pipeline.redact.number_shape import DATE, Number

__all__ = ["RULES", "Rule"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One way to explain a number. In an example the number is the first one, or in brackets."""

    name: str
    explains: Callable[[Number], bool]
    finds: tuple[str, ...]
    ignores: tuple[str, ...]


def _rule(
    name: str,
    explains: Callable[[Number], bool] | re.Pattern[str],
    finds: tuple[str, ...],
    ignores: tuple[str, ...],
) -> Rule:
    if isinstance(explains, re.Pattern):
        form = explains
        return Rule(
            name=name,
            explains=lambda number: form.fullmatch(number.shape) is not None,
            finds=finds,
            ignores=ignores,
        )
    return Rule(name=name, explains=explains, finds=finds, ignores=ignores)


RULES: tuple[Rule, ...] = (
    _rule("small", means.small, ("2 vehicles", "lane 3"), ("4471 home", "120 elm")),
    _rule(
        "clock",
        means.clock,
        ("at 14:07", "02:37:11", "2032:20> cb", "11a-9p", "abt 215pm", "8:30-4", "0152:07-0152:31"),
        ("44:71", "5:5550143", "2165pm"),
    ),
    _rule("military", means.military, ("OS 1407", "2130hrs", "0710 zelda"), ("4471", "cell 1402")),
    _rule("ten-code", forms.TEN_CODE, ("10-50", "11-82a"), ("44-7112",)),
    _rule("date", DATE, ("10/9", "3/14/26"), ("7/4/44", "3/12/1984")),
    _rule("month", means.month, ("exp 3/2027",), ("3/1984", "14/2026")),
    _rule(
        "decimal",
        forms.DECIMAL,
        ("2.5", "154.280", "mileage 20314.6", "22.4-31.0"),
        ("44.26012",),
    ),
    _rule("ratio", forms.RATIO, ("138/84", "1-3/4", "68/51/40"), ("5551/0143",)),
    _rule("range", forms.RANGE, ("14-15",), ("555-0143", "4-4-0-2")),
    _rule("thousands", forms.THOUSANDS, ("2,004 cars", "mileage 41,227.3"), ("4471,5 x",)),
    _rule("money", means.money, ("$6480", "500 dollars", "box $79"), ("6480",)),
    _rule("percent", lambda number: number.tail == "%", ("100%",), ("4471",)),
    _rule("measured", means.measured, ("300 ft", "176 lb"), ("300 elm",)),
    _rule("counted", means.counted, ("148 souls",), ("148 oaks", "148 glass")),
    _rule("glued", means.glued, ("45yom", "9mm", "12ga"), ("45xq", "94yof")),
    _rule("unit", means.unit, ("E12", "2B14", "BC1", "1L20"), ("KRW4471", "apt A4")),
    _rule("on-call", means.on_call, ("unit 614 enrt", "212 clr"), ("lot 614 clr", "4471 elm")),
    _rule("numbered", means.numbered, ("engine 114", "mp 208"), ("smith 208",)),
    _rule("lettered", means.lettered, ("rp1", "i95", "zone3"), ("krw4471",)),
    _rule("highway", means.highway, ("hwy 141", "I-95"), ("elm 141",)),
    _rule("vital", means.vital, ("bgl 118", "hr 104", "hgt=504"), ("maria 118",)),
    _rule("tallied", means.tallied, ("photos 118", "total 166"), ("smith 118", "apt 118")),
    _rule("dose", means.dose, ("asa 324", "300 amio"), ("elm 324",)),
    _rule("year", means.year, ("2004 dodge", "in 1996"), ("born 1984", "dob 1984")),
    _rule("speed", means.speed, ("104 in a 55",), ("404 in elm",)),
    _rule("block", means.block, ("1800 blk of",), ("1800 elm",)),
    _rule("times", forms.TIMES, ("x3", "4x4", "100x100"), ("x4471",)),
    _rule("ordinal", forms.ORDINAL, ("2nd", "11th", "30s"), ("2xdq",)),
    _rule("kind", forms.PLACED, ("2-story", "12-lead"), ("212elm",)),
    _rule("height", forms.HEIGHT, ("5'10", "6ft2"), ("9'99",)),
    _rule("grade", forms.GRADED, ("h2", "j4"), ("krw4",)),
    _rule("iso", forms.ISO, ("2026-02-19T03:41:07",), ("2026-1-9T",)),
    _rule("model", means.model, ("ram 2500", "maroon 3500"), ("elm 2500",)),
    _rule("term", means.term, ("spo2 95", "w3w", "g3p2", "rav4"), ("g35x", "w3x")),
    _rule("calibre", means.calibre, ("rifle .308",), ("rifle.309", "elm 308")),
    _rule("weight", means.weight, ("5'10 [180]",), ("elm 180",)),
    _rule("psych", lambda number: number.shape in forms.HOLDS, ("5150 hold",), ("5151",)),
    _rule(
        "run",
        means.run,
        (
            "inc 26-0044182",
            "inc#: 26-0044182",
            "cfs 2500418",
            "earlier call 26-114820",
            "rpt 26-004417",
            "inc: f25-00871",
            "cad no: 24118812",
        ),
        ("case 26-0044182", "report 555-0143", "inc 240019934", "inc krw4471", "call 555-0143"),
    ),
    _rule(
        "ticket",
        means.ticket,
        (
            "permit 2025-4410",
            "tow ticket 4417203",
            "alarm ref 304188",
            "cite 333445",
            "cites 286-25",
        ),
        (
            "cite 555-0143",
            "2500418",
            "ref 4471",
            "ticket 30418822",
            "ref 555-0143",
            "ref 5260-h",
        ),
    ),
    _rule("statute", means.statute, ("PC 459", "hs 11377"), ("elm 459", "pc 4471901")),
    _rule("build", means.build, ("wm 602 220", "wf 504 [130]"), ("wm 4471", "mary 504 130")),
    _rule("keyed", means.keyed, ("rings1: busy", "person1|"), ("salmon7", "krw44:")),
    _rule(
        "page-key",
        means.page_key,
        ("victim_1_dob:", "victim_2=", "cmt_14:"),
        ("okafor_4:", "victim_1", "victim_4471:", "_1:"),
    ),
    _rule("seat", forms.SEAT, ("ct07 rp adv", "OPR22 fall"), ("ct4471", "okafor7")),
    _rule(
        "stamp",
        forms.STAMP,
        ("20240914223011ED", "20260301040506Z rp"),
        ("20240914223011", "20241914223011ED", "20240914443011ED", "2024091422ED"),
    ),
    _rule("pieces", means.pieces, ("eta3min", "25ppl"), ("dog447",)),
    _rule("emergency", means.emergency, ("911 hangup",), ("912 hangup",)),
)

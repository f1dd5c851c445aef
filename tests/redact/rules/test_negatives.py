"""Nothing is found where only public numbers and ordinary words stand."""

from __future__ import annotations

import pytest

from pipeline.redact.reading import read
from pipeline.redact.rules.dispatch import DispatchRules

INNOCENT = (
    "E12, M43 and T6 enrt 0412, os 0419, clr 0502",
    "MVA I-95 SB AT MP 112.4, 3 VEH, 5 PTS, LANES 1-3 BLKD",
    "74 yom cp x 2 hrs, bp 188/96 hr 104 rr 22 spo2 93 on 2 lpm",
    "male 34 yoa fell 12 ft from ladder, conscious, a/o x4",
    "SHOTS FIRED, 5-6 ROUNDS 9MM, 2 .45 CASINGS, 3 CALLERS",
    "2014 chevy 1500 vs 2019 ford f150, no inj, code 4",
    "grass fire 2.5 acres, wind sw 12 mph, rh 18, 3 engines",
    "units 14, 16 and 22 on scene, 2 in custody, 10-15",
    "speed 65 in a 35, skid 112 ft",
    "fire alarm zone 4 smoke, 2nd floor, panel reset 1431",
    "co reading 35 ppm 1st floor, 120 ppm basement",
    "narcan 4 mg in x2, bgl 41, gcs 15, temp 102.6",
    "loss $1,240.50, 2 laptops, 3 bikes, size 10 boots",
    "wt 176 lb, ht 5-11, blk hoodie, blu jeans",
    "stroke alert, lkw 0815, eta 9 min, priority 1",
    "veh 1 of 3 on hwy 26 near exit 14, rollover",
    "10-50 j4, 10-52 x2, 10-97 at 0612",
    "ages 6, 9, 38 and 41, all out",
    "channel 7, tac 5, cmd 9, stage at station 3",
    "hydrant 40 psi, 1.75 inch line, 500 gal",
    "smoke from 3 story building, side c, floor 2, all out",
    "no answer at door, no veh in drive, ua 2210",
    "RP ADV MALE LEFT ON FOOT NB, NO WEAPONS SEEN",
    "caller hung up, cb went to vm, no voice contact",
    "officer on scene, subject gone on arrival",
    "key broken off in lock, door open, alarm reset",
    "wrong way driver wb, last seen near the bridge",
    "no plate, no ol, no id, warned and released",
    "password not given, code 3 to scene",
    "gate closed, garage door open, lights on",
)


@pytest.mark.parametrize("text", INNOCENT)
def test_innocent_numbers_and_words_are_left_alone(text: str) -> None:
    reading = read(text)
    (found,) = DispatchRules().find([reading])
    touched = {each.recognizer: (each.start, each.end) for each in found}
    assert touched == {}


@pytest.mark.parametrize("text", INNOCENT)
def test_innocent_capitals_are_left_alone(text: str) -> None:
    (found,) = DispatchRules().find([read(text.upper())])
    assert {each.recognizer for each in found} == set()


@pytest.mark.parametrize(
    "piece", ["a@", "1.1", "12 n ", "key in ", "NAM/", "Rd & ", "one ", "#1 ", "pw ", "(1) "]
)
def test_findings_lie_within_a_text_of_repeated_pieces(piece: str) -> None:
    reading = read(piece * 400)
    (found,) = DispatchRules().find([reading])
    assert all(0 <= each.start < each.end <= len(reading.text) for each in found)

"""Invents numbers that identify: telephones, plates, ids, codes, births, coordinates.

In: a random source (the split does not matter for numbers). Out: one text. Every telephone number
ends in 555-0100 to 555-0199.
"""

from __future__ import annotations

from random import Random

from pipeline.emulator.narratives.names import first_name, last_name, street_name

_LETTERS = "ABCDEFGHJKLMNPRSTUVWXYZ"
_WORDS = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]
_MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]


def pattern(rng: Random, form: str) -> str:
    """Return a form with 9 replaced by digits, A by letters and X by either."""
    kinds = {"9": "0123456789", "A": _LETTERS, "X": _LETTERS + "0123456789"}
    return "".join(rng.choice(kinds[each]) if each in kinds else each for each in form)


def _one_of(rng: Random, forms: str) -> str:
    return pattern(rng, rng.choice(forms.split("|")))


def house(rng: Random, _split: str) -> str:
    """Return a house number."""
    return _one_of(rng, "9|99|999|999|9999|9999|99999|999A|9999 1/2").lstrip("0") or "7"


def badge(rng: Random, _split: str) -> str:
    """Return a badge number."""
    return _one_of(rng, "999|9999|A99|99")


def phone(rng: Random, _split: str) -> str:
    """Return a telephone number reserved for invention, written in one of many ways."""
    area = str(rng.randint(201, 989))
    digits = f"{area}55501{rng.randint(0, 99):02}"
    a, b, c = digits[:3], digits[3:6], digits[6:]
    forms = (
        f"{a}-{b}-{c}",
        f"({a}) {b}-{c}",
        f"{a}.{b}.{c}",
        f"{a} {b} {c}",
        digits,
        f"{b}-{c}",
        f"{b}{c}",
        f"{b} {c}",
        f"{a}/{b}-{c}",
        f"1-{a}-{b}-{c}",
        f"+1 {a} {b} {c}",
        f"({a}){b}-{c}",
        f"{a}-{b}{c}",
        f"{b}.{c}",
        f"{a} {b}-{c}",
        " ".join(_WORDS[int(each)] for each in digits),
    )
    return rng.choice(forms)


def apartment(rng: Random, _split: str) -> str:
    """Return an apartment, room or lot."""
    return _one_of(rng, "9|99|999|9A|99A|A|A9|A-9|9999|A99|A-999|9-A|#9")


def _day(rng: Random, first: int, last: int) -> str:
    y, m, d = rng.randint(first, last), rng.randint(1, 12), rng.randint(1, 28)
    forms = (
        f"{m:02}/{d:02}/{y}",
        f"{m}/{d}/{y % 100:02}",
        f"{m:02}{d:02}{y}",
        f"{y}{m:02}{d:02}",
        f"{m:02}-{d:02}-{y}",
        f"{y}-{m:02}-{d:02}",
        f"{d} {_MONTHS[m - 1]} {y}",
        f"{_MONTHS[m - 1]} {d}, {y}",
        f"{m:02}{d:02}{y % 100:02}",
        f"{m}-{d}-{y % 100:02}",
        f"{d:02}{_MONTHS[m - 1]}{y % 100:02}",
        f"{m}.{d}.{y}",
    )
    return rng.choice(forms)


def dob(rng: Random, _split: str) -> str:
    """Return a date of birth."""
    return _day(rng, 1928, 2016)


def old_age(rng: Random, _split: str) -> str:
    """Return an age over 89."""
    return str(rng.randint(90, 104))


def plate(rng: Random, _split: str) -> str:
    """Return a licence plate."""
    return _one_of(
        rng,
        "AAA9999|AAA 999|9AAA999|AAA-9999|999 AAA|999AAA|AA99999|AA 9999|A99 9AA|"
        "99A9A9|9A9 AA9|AAA99A|999-AAA|AAA 99A|9999999|AA-99-AA|A999999",
    )


def partial(rng: Random, _split: str) -> str:
    """Return a part of a licence plate."""
    return _one_of(rng, "AAA|999|AAA9|A9A|99A|AA9|9AA|9999|AA")


def vin(rng: Random, _split: str) -> str:
    """Return a vehicle identification number's form."""
    return _one_of(rng, "9AAAA99A9AA999999|9A9AA99A9XA999999|AA9AA9A99A9999999|A999999")


def license_number(rng: Random, _split: str) -> str:
    """Return a driver licence number."""
    return _one_of(
        rng,
        "A9999999|A999-9999-9999|99999999|A99999999999|AA999999A|999-99-9999|"
        "A999-999-99-999-9|9999999999|AAAAAAA999AA|99 999 999|A99-999-999",
    )


def ssn(rng: Random, _split: str) -> str:
    """Return a number in the form of a social security number."""
    return _one_of(rng, "999-99-9999|999999999|999 99 9999|XXX-XX-9999".replace("X", "x"))


def last_four(rng: Random, _split: str) -> str:
    """Return four digits."""
    return pattern(rng, "9999")


def government_id(rng: Random, _split: str) -> str:
    """Return a booking, passport, court or inmate number."""
    return _one_of(
        rng,
        "99-999999|9999999|A99999999|AA9999999|999999AA9|99AA99999|2099-AA-99999|"
        "A999 999 999|AA-99-9999|99-AA-99999|A999999999|999999|AAA-9999999|99A-99999",
    )


def degrees(rng: Random, _split: str) -> str:
    """Return one coordinate."""
    sign, decimals = rng.choice(["", "-"]), "9" * rng.randint(3, 6)
    return f"{sign}{rng.randint(25, 124)}.{pattern(rng, decimals)}"


def pair(rng: Random, _split: str) -> str:
    """Return latitude and longitude."""
    lat, lon = rng.uniform(25, 49), rng.uniform(67, 124)
    mark = rng.choice([", ", ",", " ", " / "])
    forms = (
        f"{lat:.5f}{mark}-{lon:.5f}",
        f"{lat:.4f}{mark}{-lon:.4f}",
        f"{lat:.6f}N{mark}{lon:.6f}W",
        f"N{int(lat)} {lat % 1 * 60:.3f}{mark}W{int(lon)} {lon % 1 * 60:.3f}",
    )
    return rng.choice(forms)


def plus_code(rng: Random, _split: str) -> str:
    """Return a plus code's form."""
    return pattern(rng, rng.choice(["89AA99AA+AA", "99AA+A9", "8AAA9A99+99A"]))


def code(rng: Random, _split: str) -> str:
    """Return a gate, door or alarm code."""
    return _one_of(
        rng, "9999|9999|#9999|9999#|*999|99999|999|9-9-9-9|*9999#|999999|A999|99 99|#99*9"
    )


def card(rng: Random, _split: str) -> str:
    """Return a payment card number's form."""
    return _one_of(
        rng, "4999 9999 9999 9999|5999999999999999|4999-9999-9999-9999|3999 999999 99999"
    )


def account(rng: Random, _split: str) -> str:
    """Return an account, routing or reference number."""
    return _one_of(
        rng, "99999999|AA-99999|A99-9999|999999999|9999-A|AA9999|9999999999|99-9999-9|AAA99999"
    )


def medical_id(rng: Random, _split: str) -> str:
    """Return a medical record or insurance number."""
    return _one_of(
        rng, "99999999|A9999999|9AA9-AA9-AA99|AAA 9999999|999-99-9999A|AA-99999|AAA9999-9999"
    )


def ncic_return(rng: Random, split: str) -> str:
    """Return a pasted record of a query."""

    given, family = first_name(rng, split).upper(), last_name(rng, split).upper()
    fields = [
        f"NAM/{family},{given}",
        f"DOB/{_day(rng, 1940, 2008)}",
        f"OLN/{pattern(rng, 'A9999999')}",
        f"LIC/{plate(rng, split)}",
        f"VIN/{vin(rng, split)}",
        f"SOC/{pattern(rng, '999999999')}",
        f"RES/{house(rng, split)} {street_name(rng, split).upper()}",
        f"SEX/{rng.choice('MF')}",
        f"HGT/{rng.randint(500, 611)}",
        f"OLS/{pattern(rng, 'AA')}",
        f"NIC/{pattern(rng, 'A999999999')}",
        f"VYR/{rng.randint(1990, 2026)}",
        f"OCA/{pattern(rng, '99-9999')}",
        f"EYE/{rng.choice(['BRO', 'BLU'])}",
    ]
    chosen = rng.sample(fields, rng.randint(3, 9))
    return rng.choice([" ", " ", "\n", ". "]).join(chosen)

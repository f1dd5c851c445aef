import pytest

from pipeline.redact.capitals import letters_by_case


@pytest.mark.parametrize(
    ("text", "small", "large"),
    [
        ("RP adv 3 M/W left", 7, 4),
        ("\u00c9mile y \u00d1u\u00f1ez", 9, 2),
        ("911 -", 0, 0),
        ("", 0, 0),
    ],
)
def test_letters_are_counted_by_their_case(text: str, small: int, large: int) -> None:
    assert letters_by_case(text) == (small, large)


def test_plain_letters_are_counted_as_any_others() -> None:
    every = "".join(map(chr, range(128)))
    plain = letters_by_case(every)
    assert plain == (26, 26)
    assert letters_by_case(every + "\u2019") == plain

"""YAML comes out as texts with their lines, or is refused at a line."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.marked_yaml import MAX_BYTES, Source, quoted, read_source
from pipeline.model import ConfigError

TEXT = """\
# A comment.
call_types:
  NO: NOISE
  1183: MVA
days: [2026-01-05,
  true, ~]
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "file.yml"


@pytest.fixture
def source(path: Path) -> Source:
    path.write_text(TEXT, encoding="utf-8")
    return read_source(path)


def test_scalars_stay_texts_and_only_null_is_none(source: Source) -> None:
    assert source.tree == {
        "call_types": {"NO": "NOISE", "1183": "MVA"},
        "days": ["2026-01-05", "true", None],
    }


@pytest.mark.parametrize(
    ("location", "line"),
    [
        ((), 2),
        (("call_types",), 2),
        (("call_types", "1183"), 4),
        (("days", 0), 5),
        (("days", 2), 6),
        (("days", 7), 5),
        (("call_types", "1183", "deeper"), 4),
        (("unknown",), 2),
    ],
)
def test_a_location_has_its_line_or_that_of_the_nearest_thing_around_it(
    source: Source, location: tuple[str | int, ...], line: int
) -> None:
    assert source.line(location) == line


def test_an_error_names_file_line_and_remedy(source: Source) -> None:
    failure = source.error(("call_types", "NO"), "this is wrong", "Mend it.")
    assert (failure.path, failure.line) == (source.path, 3)
    assert (failure.problem, failure.remedy) == ("this is wrong", "Mend it.")


def test_an_empty_file_is_none_on_line_1(path: Path) -> None:
    path.write_bytes(b"")
    assert read_source(path).tree is None
    assert read_source(path).line(("a",)) == 1


def test_a_file_is_composed_once_for_one_content(path: Path) -> None:
    path.write_bytes(b"a: 1\n")
    first = read_source(path)
    assert read_source(path) is first
    path.write_bytes(b"a: 2\n")
    assert read_source(path) != first
    assert read_source(path).tree == {"a": "2"}


def test_sources_are_equal_by_path_and_bytes(source: Source) -> None:
    same = Source(path=source.path, body=source.body, tree=None, lines={})
    moved = Source(path=source.path / "x", body=source.body, tree=source.tree, lines=source.lines)
    assert (same, hash(same)) == (source, hash(source))
    assert moved != source


@pytest.mark.parametrize(
    ("body", "problem", "remedy", "line"),
    [
        (b"id: a\nabout: \xff\n", "not UTF-8", "Save it as UTF-8", 2),
        (b"id: a\nabout: \x07\n", "control character", "Delete it", 2),
        (b"? [a, b]\n: c\n", "a key is not a plain text", "Quote it", 1),
        (b"a: " + b"[" * 3_000 + b"]" * 3_000, "nested too deeply", "documented keys", None),
        (b"#" * (MAX_BYTES + 1), "larger than", "Move long lists and texts", None),
        (b"id: a\n--- \nid: b\n", "YAML cannot be read", "Mend the syntax", 2),
        (b"a:\n\tb: c\n", "YAML cannot be read", "indent with spaces", 2),
        (b"a: [", "YAML cannot be read", "Mend the syntax", 1),
        (b"a: &x 1\nb: *x\n", "an alias is not allowed", "Mend the syntax", 2),
        (b"a: {b: 1,\n  b: 2}\n", "'b' stands here a second time", "first is on line 1", 2),
        (b"a:\n  - !!python/name:os.system x\n", "the tag .* is not allowed", "plain value", 2),
        (b"a: !!set {b}\n", "the tag .* is not allowed", "plain value", 1),
    ],
)
def test_a_file_that_is_no_plain_yaml_is_refused_at_its_line(
    path: Path, body: bytes, problem: str, remedy: str, line: int | None
) -> None:
    path.write_bytes(body)
    with pytest.raises(ConfigError, match=problem) as caught:
        read_source(path)
    assert (caught.value.path, caught.value.line) == (path, line)
    assert remedy in caught.value.remedy
    assert caught.value.__cause__ is None
    assert "\n" not in str(caught.value)


def test_a_missing_file_is_an_error_with_its_path(path: Path) -> None:
    with pytest.raises(ConfigError, match=r"cannot be read .*Create it") as caught:
        read_source(path)
    assert caught.value.path == path


def test_a_quoted_value_is_short_and_on_one_line() -> None:
    assert quoted("a\nb") == r"'a\nb'"
    assert len(quoted("x" * 100)) == 60
    assert quoted(["\u00e9"]) == r"['\xe9']"

"""A site's own words are read where the settings say, and what does not count is told."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from pipeline.cli.doctor import examine
from pipeline.model import ConfigError
from pipeline.redact.vocabulary import add_site_words, site_words
from pipeline.usecases.resources import site_words_of, use_site_words
from pipeline.usecases.settings import Settings, load_settings


def settings(tmp_path: Path, text: bytes) -> Settings:
    path = tmp_path / "words.txt"
    path.write_bytes(text)
    return load_settings({"BLOTTER_HOME": str(tmp_path), "BLOTTER_WORDS": str(path)})


def test_without_a_file_there_are_no_words() -> None:
    assert site_words_of(load_settings({})).words == frozenset()


def test_the_words_of_the_file_count_in_this_process(tmp_path: Path) -> None:
    try:
        use_site_words(settings(tmp_path, b"zorbqit 3\nquixl 1\n"))
        assert site_words() == {"zorbqit"}
    finally:
        add_site_words(())


@pytest.mark.parametrize("text", [None, b"\xff\xfe3"])
def test_a_file_that_cannot_be_read_is_a_fault_not_an_empty_list(
    tmp_path: Path, text: bytes | None
) -> None:
    given = settings(tmp_path, text or b"")
    if text is None:
        (tmp_path / "words.txt").unlink()
    with pytest.raises(ConfigError, match="cannot be read"):
        site_words_of(given)


def test_the_doctor_tells_which_lines_do_not_count_and_not_the_words(tmp_path: Path) -> None:
    given = settings(tmp_path, b"zorbqit 3\nhernandez 7\n")
    checks = examine(given, now=datetime(2026, 11, 1, tzinfo=UTC))
    (check,) = (each for each in checks if each.what == "site's words")
    assert check.state == "wrong"
    assert "line 2" in check.remedy
    assert "hernandez" not in check.remedy

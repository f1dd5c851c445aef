"""The folder drop: finished files only, in order, and never a name in an error."""

from __future__ import annotations

import errno
import os
import traceback
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from pipeline.adapters import folder_drop
from pipeline.adapters.folder_drop import DropFile, list_drop, read_drop
from pipeline.agencies.transport import FolderDrop
from pipeline.model import ConfigError, NoticeCode, PayloadRefused

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
SETTLE = timedelta(seconds=10)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "payloads").mkdir()
    return tmp_path / "payloads"


def drop(folder: Path, name: str, body: bytes = b"<r/>", *, age: float = 60.0) -> Path:
    path = folder / name
    path.write_bytes(body)
    written = NOW.timestamp() - age
    os.utime(path, (written, written))
    return path


def listed(folder: Path, pattern: str = "*.xml") -> tuple[DropFile, ...]:
    transport = FolderDrop(path=folder, pattern=pattern)
    return list_drop(transport, settle=SETTLE, now=NOW)


def names(files: tuple[DropFile, ...]) -> list[str]:
    return [file.path.name for file in files]


def test_files_come_in_name_order_whatever_their_age(folder: Path) -> None:
    for name, age in (("b.xml", 500), ("a.xml", 60), ("c.xml", 9000)):
        drop(folder, name, age=age)
    assert names(listed(folder)) == ["a.xml", "b.xml", "c.xml"]


def test_only_files_of_the_pattern_come(folder: Path) -> None:
    for name in ("a.xml", "A.XML", "a.csv", "a.xml.bak"):
        drop(folder, name)
    assert names(listed(folder)) == ["a.xml"]


def test_hidden_and_half_written_files_are_left_out(folder: Path) -> None:
    unfinished = [".a.xml", "~a.xml", "a.xml~", "a.xml.tmp", "a.xml.part", "a.XML.PART", ".nfs01"]
    for name in [*unfinished, "whole.xml"]:
        drop(folder, name)
    assert names(listed(folder, "*")) == ["whole.xml"]


def test_folders_pipes_and_links_are_left_out(folder: Path, tmp_path: Path) -> None:
    (folder / "sub.xml").mkdir()
    drop(folder / "sub.xml", "inner.xml")
    os.mkfifo(folder / "pipe.xml")
    (folder / "out.xml").symlink_to(drop(tmp_path, "outside.xml"))
    (folder / "dangling.xml").symlink_to(tmp_path / "nothing")
    (folder / "inside.xml").symlink_to(drop(folder, "whole.xml"))
    assert names(listed(folder)) == ["whole.xml"]


def test_a_linked_folder_is_the_operators_choice(folder: Path, tmp_path: Path) -> None:
    drop(folder, "a.xml")
    (tmp_path / "link").symlink_to(folder)
    assert names(listed(tmp_path / "link")) == ["a.xml"]


@pytest.mark.parametrize(
    ("age", "found"), [(9.0, []), (10.0, ["a.xml"]), (11.0, ["a.xml"]), (0.0, []), (-5.0, [])]
)
def test_a_file_comes_once_it_has_settled(folder: Path, age: float, found: list[str]) -> None:
    drop(folder, "a.xml", age=age)
    assert names(listed(folder)) == found


def test_a_file_dated_far_ahead_is_not_waited_for(folder: Path) -> None:
    drop(folder, "a.xml", age=-86_400.0 * 365)
    assert names(listed(folder)) == ["a.xml"]


def test_a_file_taken_away_while_listing_is_left_out(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    drop(folder, "a.xml")
    gone = drop(folder, "b.xml")
    real = folder_drop._regular

    def racing(entry: os.DirEntry[str]) -> os.stat_result | None:
        gone.unlink(missing_ok=True)
        return real(entry)

    monkeypatch.setattr(folder_drop, "_regular", racing)
    assert names(listed(folder)) == ["a.xml"]


@pytest.mark.parametrize("name", ["missing", "file"])
def test_a_missing_folder_is_one_clear_line(tmp_path: Path, name: str) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(ConfigError, match=r"cannot be listed.*transport\.path") as caught:
        listed(tmp_path / name)
    assert str(tmp_path / name) in str(caught.value)
    assert "\n" not in str(caught.value)


def test_an_empty_folder_lists_nothing(folder: Path) -> None:
    assert listed(folder) == ()


def test_names_that_are_no_text_are_files_like_others(folder: Path) -> None:
    path = os.fsencode(folder) + b"/caf\xe9.xml"
    Path(os.fsdecode(path)).write_bytes(b"<r/>")
    os.utime(path, (NOW.timestamp() - 60,) * 2)
    (file,) = listed(folder)
    assert read_drop(file, 100) == b"<r/>"
    assert os.fsencode(file.path.name) == b"caf\xe9.xml"


@pytest.mark.parametrize("body", [b"", b"<r/>", b"x" * 100])
def test_a_file_is_read_whole_up_to_the_limit(folder: Path, body: bytes) -> None:
    drop(folder, "a.xml", body)
    (file,) = listed(folder)
    assert read_drop(file, 100) == body


def test_a_file_over_the_limit_is_refused_unread(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    drop(folder, "a.xml", b"x" * 101)
    (file,) = listed(folder)
    with pytest.raises(PayloadRefused) as caught:
        read_drop(file, 100)
    assert caught.value.code is NoticeCode.OVERSIZED_PAYLOAD


def test_a_file_that_grew_shrank_or_was_replaced_is_left_for_later(folder: Path) -> None:
    path = drop(folder, "a.xml", b"1234")
    (file,) = listed(folder)
    drop(folder, "a.xml", b"12345")
    assert read_drop(file, 100) is None
    drop(folder, "a.xml", b"123")
    assert read_drop(file, 100) is None
    drop(folder, "a.xml", b"4321", age=30.0)
    assert read_drop(file, 100) is None
    path.unlink()
    assert read_drop(file, 100) is None


def test_a_file_that_changes_while_it_is_read_is_left_for_later(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = drop(folder, "a.xml", b"1234")
    (file,) = listed(folder)
    real = folder_drop._unchanged
    looks = []

    def then_written(descriptor: int, listed_file: DropFile) -> bool:
        looks.append(real(descriptor, listed_file))
        drop(folder, path.name, b"abcd", age=1.0)
        return looks[-1]

    monkeypatch.setattr(folder_drop, "_unchanged", then_written)
    assert read_drop(file, 100) is None
    assert looks == [True, False]


def test_a_file_replaced_by_a_link_or_a_pipe_is_not_followed(folder: Path, tmp_path: Path) -> None:
    path = drop(folder, "a.xml", b"1234")
    (file,) = listed(folder)
    path.unlink()
    path.symlink_to(drop(tmp_path, "outside.xml", b"1234"))
    assert read_drop(file, 100) is None
    path.unlink()
    os.mkfifo(path)
    assert read_drop(file, 100) is None


def test_an_unreadable_file_is_a_clear_line_without_its_name(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    drop(folder, "Odalys Quillfeather.xml")
    (file,) = listed(folder)

    def refuse(path: Path, *_: object) -> int:
        raise PermissionError(errno.EACCES, "denied", str(path))

    monkeypatch.setattr(folder_drop.os, "open", refuse)
    with pytest.raises(ConfigError, match="Permission denied") as caught:
        read_drop(file, 100)
    assert "Quillfeather" not in "".join(traceback.format_exception(caught.value))


def test_a_listed_file_does_not_show_its_name(folder: Path) -> None:
    drop(folder, "Odalys Quillfeather.xml")
    (file,) = listed(folder)
    assert "Quillfeather" not in repr(file)

"""The documents keep up with the program: links, commands, options, variables, paths."""

from __future__ import annotations

import os
import re
import shlex
import tomllib
from collections.abc import Iterator
from importlib.machinery import SourceFileLoader
from importlib.util import module_from_spec, spec_from_loader
from itertools import pairwise
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import typer

from pipeline.cli.app import app
from pipeline.cli.pages import PAGES

ROOT = Path(__file__).resolve().parent.parent
HIDDEN = {"var", "public", "dist", "node_modules", "__pycache__"}
FENCE = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)
CODE = re.compile(r"`([^`\n]+)`")
VARIABLE = re.compile(r"\bBLOTTER_[A-Z_]+[A-Z]\b")
FOLDERS = ("pipeline", "dags", "docs", "sample_feeds", "schemas", "tests", "tools", "benchmarks")


def files(*endings: str) -> list[Path]:
    found = []
    for folder, names, here in os.walk(ROOT):
        names[:] = [n for n in names if n not in HIDDEN and not n.startswith(".")]
        found += [Path(folder, name) for name in here if name.endswith(endings)]
    return sorted(found)


PAGES_OF_PROSE = [pytest.param(path, id=str(path.relative_to(ROOT))) for path in files(".md")]


def read(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def anchors(page: str) -> set[str]:
    heads = re.findall(r"^#+ (.+)$", FENCE.sub("", page), re.MULTILINE)
    words = (re.sub(r"[^\w\- ]", "", head.lower()) for head in heads)
    return {each.strip().replace(" ", "-") for each in words}


def broken_links(path: Path, page: str) -> Iterator[str]:
    for target in re.findall(r"\]\(([^)\s]+)\)", FENCE.sub("", page)):
        place, _, anchor = target.partition("#")
        if ":" in place:
            continue
        linked = (path.parent / place).resolve() if place else path
        if not linked.exists() or (anchor and anchor not in anchors(read(linked))):
            yield target


def dead_paths(page: str) -> Iterator[str]:
    """Yield paths of this repository named in backquotes that are not there."""
    for code in CODE.findall(FENCE.sub("", page)):
        if re.fullmatch(rf"(?:{'|'.join(FOLDERS)})/[\w./-]*", code) and not (ROOT / code).exists():
            yield code


def commands(group: Any, prefix: str = "blotter") -> Iterator[tuple[str, Any]]:
    for name, command in group.commands.items():
        path = f"{prefix} {name}"
        if hasattr(command, "commands"):
            if command.invoke_without_command:
                yield path, command
            yield from commands(command, path)
        else:
            yield path, command


COMMANDS = dict(commands(typer.main.get_command(app)))
# What a group does when none of its commands is named.
CALLED = COMMANDS | {
    "blotter redact": COMMANDS["blotter redact text"],
    "blotter quarantine": COMMANDS["blotter quarantine list"],
    "blotter reveal": COMMANDS["blotter reveal show"],
    "blotter audit receipt": COMMANDS["blotter audit receipt make"],
}


def wrong_commands(page: str) -> Iterator[str]:
    """Yield `blotter` commands in fences and backquotes that do not exist, with their options."""
    fenced = re.findall(r"^(?:\$ )?(blotter .*)$", "\n".join(FENCE.findall(page)), re.MULTILINE)
    inline = [code for code in CODE.findall(FENCE.sub("", page)) if code.startswith("blotter ")]
    for line in (*fenced, *inline):
        words = shlex.split(line)
        known = [path for path in CALLED if words[: len(path.split())] == path.split()]
        options = {word for word in words if word.startswith("--")}
        if (not known and words[1].isupper()) or words == ["blotter", "--help"]:
            continue
        if not known or not options <= options_of(CALLED[max(known, key=len)]) | {"--help"}:
            yield line


def options_of(command: Any) -> set[str]:
    return {name for each in command.params for name in each.opts if name.startswith("--")}


TARGETS = set(re.findall(r"^([a-z][a-z-]*):", (ROOT / "Makefile").read_text(), re.MULTILINE))
UNITS = {path.name for path in (ROOT / "deploy/systemd").iterdir()}


def wrong_programs(page: str) -> list[str]:
    """Return what is named as code and calls a target, a program or a unit that does not exist."""
    inline = CODE.findall(FENCE.sub("", page))
    lines = [line.removeprefix("$ ") for line in "\n".join(FENCE.findall(page)).splitlines()]
    return [code for code in (*inline, *lines) if any(missing(code))]


def missing(code: str) -> Iterator[str]:
    yield from set(re.findall(r"(?:^|&& )make ([a-z][a-z-]*)", code)) - TARGETS
    for module in re.findall(r"^python3? -m ((?:benchmarks|pipeline|tests)[\w.]*)", code):
        place = ROOT / module.replace(".", "/")
        if not place.with_suffix(".py").exists() and not (place / "__main__.py").exists():
            yield module
    for program in re.findall(r"^python3? ((?:\w+/)+\w+\.py)", code):
        if not (ROOT / program).exists():
            yield program
    if code.startswith(("systemctl ", "systemd-analyze ")):
        named = set(re.findall(r"\bblotter-[a-z]+(?:\.timer)?", code))
        yield from {name if "." in name else f"{name}.service" for name in named} - UNITS


@pytest.mark.parametrize("path", PAGES_OF_PROSE)
def test_every_target_program_and_unit_in_prose_exists(path: Path) -> None:
    assert list(wrong_programs(read(path))) == []


@pytest.mark.parametrize("path", PAGES_OF_PROSE)
def test_every_link_leads_somewhere(path: Path) -> None:
    assert list(broken_links(path, read(path))) == []


@pytest.mark.parametrize("path", PAGES_OF_PROSE)
def test_every_path_named_in_prose_is_there(path: Path) -> None:
    assert list(dead_paths(read(path))) == []


@pytest.mark.parametrize("path", PAGES_OF_PROSE)
def test_every_command_in_prose_exists_with_its_options(path: Path) -> None:
    assert list(wrong_commands(read(path))) == []


def test_the_checks_find_what_is_wrong(tmp_path: Path) -> None:
    page = "[a](nowhere.md) [b](#no-head) `pipeline/gone.py` `blotter dance` `blotter queue --fast`"
    path = tmp_path / "page.md"
    path.write_text(page, encoding="utf-8")
    assert list(broken_links(path, page)) == ["nowhere.md", "#no-head"]
    assert list(dead_paths(page)) == ["pipeline/gone.py"]
    assert list(wrong_commands(page)) == ["blotter dance", "blotter queue --fast"]
    page = "`make haste` `make run` `python -m benchmarks.gone` `python -m benchmarks.hour --x`"
    page += "\n```\n$ systemctl start blotter-line blotter-bell\npython tests/gone.py 3\n```\n"
    assert list(wrong_programs(page)) == [
        *("make haste", "python -m benchmarks.gone"),
        *("systemctl start blotter-line blotter-bell", "python tests/gone.py 3"),
    ]


@pytest.mark.parametrize("name", sorted(PAGES))
def test_a_generated_page_is_up_to_date(name: str) -> None:
    assert read(ROOT / "docs/reference" / name) == PAGES[name](), "run `blotter pages`"


@pytest.mark.parametrize("path", sorted(COMMANDS))
def test_a_command_and_its_options_are_in_the_reference(path: str) -> None:
    page = read(ROOT / "docs/reference/cli.md")
    section = page.partition(f"## `{path}`\n")[2].partition("\n## ")[0]
    assert COMMANDS[path].help.strip() in section
    missing = {name for name in options_of(COMMANDS[path]) if f"`{name}`" not in section}
    assert missing == set()


def test_every_variable_in_the_code_is_in_the_reference() -> None:
    page = read(ROOT / "docs/reference/configuration.md")
    sources = [path for path in files(".py", "Makefile", "setup") if "stand_in" not in path.parts]
    used = {name for path in sources for name in VARIABLE.findall(read(path))}
    assert {"BLOTTER_HOME", "BLOTTER_DATABASE_URL"} <= used
    assert used - set(VARIABLE.findall(page)) == set()
    assert set(VARIABLE.findall(page)) - used == set()


def test_every_page_is_reached_from_the_index() -> None:
    index = read(ROOT / "docs/index.md")
    linked = {
        (ROOT / "docs" / target).resolve() for target in re.findall(r"\]\((\S+\.md)\)", index)
    }
    pages = {path for path in files(".md") if path.is_relative_to(ROOT / "docs")}
    assert len(pages) > 10
    assert pages - linked == {ROOT / "docs/index.md"}


def test_no_page_of_the_site_leads_out_of_it() -> None:
    """What `mkdocs build --strict` refuses: targets that are not among the documents."""
    loader = SourceFileLoader("docs_hooks", str(ROOT / "tools/docs_hooks.py"))
    spec = spec_from_loader("docs_hooks", loader)
    assert spec is not None
    hooks = module_from_spec(spec)
    loader.exec_module(hooks)
    docs, pictures = ROOT / "docs", 0
    for path in docs.rglob("*.md"):
        page = SimpleNamespace(file=SimpleNamespace(src_uri=str(path.relative_to(docs))))
        text = FENCE.sub("", hooks.on_page_markdown(read(path), page=page))
        pictures += text.count("](data:image/svg+xml;base64,")
        for target in re.findall(r"\]\(([^)\s:#]+)", text):
            assert (path.parent / target).resolve().is_relative_to(docs), (path, target)
    assert pictures > 0


def figures_not_in_their_page(page: str, folder: Path) -> Iterator[str]:
    """Yield numbers of the table of our own figures that the page named beside them has not."""
    rows = re.findall(r"^\| ([^|]+) \| ([^|]+) \| \[[^\]]+\]\(([^)]+)\) \|$", page, re.MULTILINE)
    for what, figure, place in rows:
        there = set(re.findall(r"\d[\d,]*(?:\.\d+)?", read(folder / place)))
        for number in re.findall(r"\d[\d,]*(?:\.\d+)?", f"{what} {figure}"):
            if number.rstrip(",") not in {each.rstrip(",") for each in there}:
                yield f"{what}: {number}"


def test_every_figure_of_the_comparison_is_in_the_page_it_names(tmp_path: Path) -> None:
    page = read(ROOT / "COMPARISON.md")
    assert len(re.findall(r"^\| .* \| \[[^\]]+\]\([^)]+\) \|$", page, re.MULTILINE)) > 8
    assert list(figures_not_in_their_page(page, ROOT)) == []
    (tmp_path / "page.md").write_text("97.2 % of 285, and 1,117 µs", encoding="utf-8")
    row = "| caught of 285 | 98.4 % in 1,117 µs | [page](page.md) |"
    assert list(figures_not_in_their_page(row, tmp_path)) == ["caught of 285: 98.4"]


def test_the_house_has_the_floors_that_imports_are_checked_by() -> None:
    rules = tomllib.loads(read(ROOT / "pyproject.toml"))["tool"]["importlinter"]["contracts"]
    (floors,) = [rule["layers"] for rule in rules if rule["type"] == "layers"]
    picture = read(ROOT / "docs/house.svg")
    drawn = re.findall(r'class="name" x="\d+" y="(\d+)" text-anchor="middle">([\w/]+)<', picture)
    heights = {name: int(height) for height, name in drawn}
    rooms = [[room.strip() for room in floor.split("|")] for floor in floors]
    assert set(heights) == {room for floor in rooms for room in floor} | {"dags/"}
    for upper, lower in pairwise(rooms):
        assert max(heights[room] for room in upper) <= min(heights[room] for room in lower)


@pytest.mark.parametrize("name", ["walk.svg", "house.svg"])
def test_a_picture_asks_nobody_for_anything(name: str) -> None:
    picture = read(ROOT / "docs" / name)
    assert picture.startswith("<svg ")
    assert re.findall(r"(?:href|src|url)\s*[=(]\s*[\"']?(?!#)\w", picture) == []
    assert "<script" not in picture

"""The README tells the truth: its commands run, in order, and print what it shows.

A line of output in the README stands for itself, without table frames; `…` stands for anything. Ids
differ from machine to machine, so the first place that shows one says which real id it stands for.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from pipeline.cli.app import run_app

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
ID = re.compile(r"\b(?=[0-9a-f]*[a-f])(?=[0-9a-f]*[0-9])[0-9a-f]{12,}\b")
TIME = re.compile(r"\b\d{4}-\d\d-\d\d \d\d:\d\d(?!Z)\b")
FRAME = re.compile(r"[\u2500-\u257f]")


@dataclass(frozen=True)
class Step:
    """One command of the README and the lines shown below it."""

    command: str
    shown: tuple[str, ...]


def plain(text: str) -> str:
    return " ".join(FRAME.sub(" ", text).split())


def steps(text: str) -> Iterator[Step]:
    for block in re.findall(r"^```console\n(.*?)^```$", text, re.MULTILINE | re.DOTALL):
        first, *parts = re.split(r"^\$ ", block, flags=re.MULTILINE)
        assert first == "", f"a block begins without a command: {first!r}"
        for part in parts:
            command, *shown = part.splitlines()
            yield Step(command=command, shown=tuple(line for line in shown if plain(line) != "…"))


STEPS = tuple(steps(README))
REHEARSED = "export BLOTTER_REHEARSAL="
BLOTTER = [step for step in STEPS if step.command.startswith(("blotter ", REHEARSED))]


class Shell:
    """Runs `blotter` commands in this process and remembers which id stands for which."""

    def __init__(self, capsys: pytest.CaptureFixture[str], patch: pytest.MonkeyPatch) -> None:
        self._capsys, self._patch = capsys, patch
        self.ids: dict[str, str] = {}

    def run(self, command: str) -> str:
        if command.startswith("export "):
            name, _, value = command.removeprefix("export ").partition("=")
            self._patch.setenv(name, value)
            return ""
        arguments = shlex.split(ID.sub(lambda found: self.ids[found.group()], command))
        self._patch.setattr("sys.argv", arguments)
        self._capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            run_app()
        said = self._capsys.readouterr()
        assert ended.value.code in (0, None), f"{command}: {said.err}"
        return said.out

    def check(self, line: str, output: str) -> None:
        """Find the line in the output, and learn the ids in it."""
        pattern, new = "", []
        for piece in re.split(rf"({ID.pattern}|{TIME.pattern}|…)", plain(line)):
            if ID.fullmatch(piece) and piece not in self.ids:
                new.append(piece)
                pattern += rf"\b([0-9a-f]{{{len(piece)}}})\b"
            elif TIME.fullmatch(piece):
                pattern += TIME.pattern
            else:
                pattern += ".*?" if piece == "…" else re.escape(self.ids.get(piece, piece))
        found = re.search(pattern, plain(output))
        assert found, f"the README shows a line that is not printed: {line}\n{output}"
        self.ids.update(zip(new, found.groups(), strict=True))


@pytest.fixture
def shell(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Shell:
    for name in (
        "REHEARSAL",
        "DATABASE_URL",
        "VAULT",
        "KEY_FILE",
        "KEY",
        "POLICY",
        "AGENCIES",
        "EDITOR",
    ):
        monkeypatch.delenv(f"BLOTTER_{name}", raising=False)
    monkeypatch.setenv("BLOTTER_HOME", str(tmp_path / "var"))
    monkeypatch.setenv("BLOTTER_PUBLIC", str(tmp_path / "public"))
    monkeypatch.setenv("COLUMNS", "110")
    monkeypatch.chdir(ROOT)
    return Shell(capsys, monkeypatch)


def ledger_shown() -> list[str]:
    """Return the lines of the ledger that `make run ONCE=1` is said to print."""
    (table,) = re.findall(r"^Ledger\n(.*?)^Balanced", README, re.MULTILINE | re.DOTALL)
    return [line for line in table.splitlines() if plain(line) not in ("", "…")]


def test_the_readmes_commands_run_and_print_what_it_shows(shell: Shell, tmp_path: Path) -> None:
    assert len(BLOTTER) >= 10
    for step in BLOTTER:
        output = shell.run(step.command)
        for line in step.shown:
            shell.check(line, output)
        if step.command == "blotter ledger":
            assert len(ledger_shown()) > 2
            for line in ledger_shown():
                shell.check(line, output)
    named = re.search(r"`(cap/[0-9a-f]+\.xml)`", README)
    assert named is not None
    for name in ("alerts.geojson", "alerts.atom", ID.sub(lambda i: shell.ids[i[0]], named[1])):
        assert (tmp_path / "public" / name).is_file(), name


def test_every_make_command_of_the_readme_is_a_target() -> None:
    (declared,) = re.findall(
        r"^\.PHONY: (.+)$", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE
    )
    asked = [step.command.split()[1] for step in STEPS if step.command.startswith("make ")]
    assert {"run", "test"} <= set(asked)
    assert set(asked) <= set(declared.split())


def test_the_readme_shows_no_command_that_nobody_tries() -> None:
    others = {step.command for step in STEPS if step not in BLOTTER}
    others = {command for command in others if not command.startswith("make ")}
    assert others == {"source .venv/bin/activate"}


@pytest.mark.parametrize("line", ["│ 3f9ed61f679d │ juniper-falls-pd │ S1 │", "no such line"])
def test_a_line_that_is_not_printed_is_found(shell: Shell, line: str) -> None:
    with pytest.raises(AssertionError, match="not printed"):
        shell.check(line, "│ 0a1b2c3d4e5f │ juniper-falls-pd │ S0 │")

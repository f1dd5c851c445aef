"""The repository as a whole: locks, commands, and what must never be committed."""

from __future__ import annotations

import ast
import os
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

pytest_plugins = ["pytester"]

ROOT = Path(__file__).resolve().parent.parent
RUN_LOCK, DEV_LOCK = ROOT / "requirements.lock", ROOT / "requirements-dev.lock"
SCALE_LOCK, DOCS_LOCK = ROOT / "requirements-scale.lock", ROOT / "requirements-docs.lock"
LOCKS = [
    pytest.param(RUN_LOCK, id="run"),
    pytest.param(DEV_LOCK, id="dev"),
    pytest.param(SCALE_LOCK, id="scale"),
    pytest.param(DOCS_LOCK, id="docs"),
]

# Spelled in pieces, so that this file does not hold what it forbids.
_HOSTS = [
    "py" + "pi.org",
    "python" + "hosted.org",
    "ana" + "conda.org",
    "npm" + "js.org",
    "npm" + "js.com",
    "crates" + ".io",
    "deb." + "debian.org",
    "docker" + ".io",
    "gh" + "cr.io",
    "quay" + ".io",
]
_FOLDERS = ["wo" + "rk", "ro" + "ot"]
FORBIDDEN = re.compile(
    "|".join([*map(re.escape, _HOSTS), rf"(?<![\w./@-])/(?:{'|'.join(_FOLDERS)})/(?=[\w.])"]),
    re.IGNORECASE,
)


def tracked() -> list[Path]:
    git = shutil.which("git")
    if git is None or not (ROOT / ".git").exists():
        pytest.skip("not a git checkout: clone the repository and install git")
    listed = subprocess.run([git, "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True)
    paths = [ROOT / name for name in listed.stdout.decode().split("\0") if name]
    return [path for path in paths if path.is_file()]


def pins(lock: Path) -> Iterator[tuple[str, str]]:
    """Yield each requirement (name, version, marker) with the lines of its hashes."""
    for block in re.split(r"\n(?=\S)", lock.read_text().strip()):
        requirement, _, hashes = block.partition(" \\\n")
        yield requirement.strip(), hashes


def normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_names_no_address(lock: Path) -> None:
    text = lock.read_text()
    assert "==" in text
    assert "://" not in text
    assert "--index-url" not in text
    assert "--find-links" not in text


@pytest.mark.parametrize("lock", LOCKS)
def test_every_locked_package_is_pinned_and_hashed(lock: Path) -> None:
    found = list(pins(lock))
    assert len(found) > 100
    for requirement, hashes in found:
        assert re.match(r"[a-z0-9-]+==\S+( ; .+)?$", requirement), requirement
        assert hashes, f"{requirement} has no hash"
        for line in hashes.splitlines():
            assert re.fullmatch(r" +--hash=sha256:[0-9a-f]{64}( \\)?", line), requirement


@pytest.mark.parametrize("lock", LOCKS[1:])
def test_the_lock_for_running_is_part_of_the_others(lock: Path) -> None:
    # An extra may need on every system what running needs on some: markers may differ.
    run, other = (
        {(pin.partition(" ;")[0], hashes) for pin, hashes in pins(each)}
        for each in (RUN_LOCK, lock)
    )
    assert run <= other


def test_the_locks_hold_every_package_the_project_names() -> None:
    document = tomllib.loads((ROOT / "pyproject.toml").read_text())
    project = document["project"]
    run = {requirement.partition("==")[0] for requirement, _ in pins(RUN_LOCK)}
    dev = {requirement.partition("==")[0] for requirement, _ in pins(DEV_LOCK)}
    scale = {requirement.partition("==")[0] for requirement, _ in pins(SCALE_LOCK)}
    docs = {requirement.partition("==")[0] for requirement, _ in pins(DOCS_LOCK)}

    def names(requirements: list[str]) -> set[str]:
        return {normal(re.split(r"[\[<>=!~ ;]", text)[0]) for text in requirements}

    assert names(project["dependencies"])
    assert names(project["dependencies"]) <= run
    assert names(document["build-system"]["requires"]) <= run
    assert names(project["optional-dependencies"]["dev"]) <= dev
    assert names(project["optional-dependencies"]["scale"]) <= scale
    assert names(project["optional-dependencies"]["docs"]) <= docs


def test_no_file_names_a_registry_or_a_machines_folder() -> None:
    paths = tracked()
    assert ROOT / "pyproject.toml" in paths
    found = {
        f"{path.relative_to(ROOT)}: {match.group()}"
        for path in paths
        for match in FORBIDDEN.finditer(path.read_bytes().decode("utf-8", "replace"))
    }
    assert found == set()


@pytest.mark.parametrize(
    "text", [f"https://{_HOSTS[0]}/simple", f"cd /{_FOLDERS[0]}/main", f'"/{_FOLDERS[1]}/.cache"']
)
def test_the_search_for_forbidden_names_finds_them(text: str) -> None:
    assert FORBIDDEN.search(text)


@pytest.mark.parametrize("name", ["var/blotter.db", "var/keys/keyring.json", "public/alerts.json"])
def test_what_a_run_makes_cannot_be_committed_by_accident(name: str) -> None:
    assert tracked()
    command = ["git", "check-ignore", "--quiet", "--no-index", name]
    assert subprocess.run(command, cwd=ROOT, check=False).returncode == 0


def test_make_alone_lists_every_target() -> None:
    makefile = (ROOT / "Makefile").read_text()
    (declared,) = re.findall(r"^\.PHONY: (.+)$", makefile, re.MULTILINE)
    listed = subprocess.run(
        ["make"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.splitlines()
    assert [line.split()[:2] for line in listed] == [
        ["make", target] for target in declared.split() if target != "setup-run"
    ]


def imported(module: Path) -> Iterator[str]:
    """Yield the name of every module that is imported anywhere in a file; relative ones as '.'."""
    for node in ast.walk(ast.parse(module.read_bytes())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield "." * node.level + (node.module or "")


# Rooms whose modules say in one line, on a narrow screen, what they are for.
def test_a_modules_docstring_begins_with_a_line_of_88_characters_at_most() -> None:
    modules = [p for p in (ROOT / "pipeline").rglob("*.py") if p.parent.name != "versions"]
    first = {
        path.relative_to(ROOT).as_posix(): (
            ast.get_docstring(ast.parse(path.read_bytes())) or ""
        ).partition("\n")[0]
        for path in modules
    }
    assert len(first) > 100
    assert {name for name, line in first.items() if not 0 < len(line) <= 88} == set()


def test_the_nouns_import_nothing_but_the_standard_library_and_each_other() -> None:
    names = {name for path in (ROOT / "pipeline/model").glob("*.py") for name in imported(path)}
    assert "pipeline.model.sensitive" in names
    foreign = {name for name in names if name.partition(".")[0] not in sys.stdlib_module_names}
    assert {name for name in foreign if not f"{name}.".startswith("pipeline.model.")} == set()


def fake_python(folder: Path, name: str, script: str) -> Path:
    path = folder / name
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
    return path


def set_up(folder: Path, python: Path) -> subprocess.CompletedProcess[str]:
    """Run tools/setup in a copy that holds no environment, with one interpreter to choose."""
    (folder / "tools").mkdir()
    for name in ("tools/setup", "requirements.lock", "pyproject.toml"):
        shutil.copy(ROOT / name, folder / name)
    environ = {"PATH": os.environ["PATH"], "PYTHON": str(python)}
    command = [folder / "tools/setup", "requirements.lock"]
    return subprocess.run(command, env=environ, capture_output=True, text=True, check=False)


def test_setup_says_which_python_is_needed_when_none_fits(tmp_path: Path) -> None:
    done = set_up(tmp_path, fake_python(tmp_path, "python3", "exit 1"))
    assert done.returncode == 1
    assert "no Python from 3.11 to 3.13 found" in done.stderr
    assert "make setup PYTHON=" in done.stderr
    assert not (tmp_path / ".venv").exists()


def test_setup_says_what_to_install_when_venv_is_missing(tmp_path: Path) -> None:
    script = f'case "$2" in *ensurepip*) exit 1;; *) exec {sys.executable} "$@";; esac'
    done = set_up(tmp_path, fake_python(tmp_path, "python3", script))
    assert done.returncode == 1
    assert re.search(r"apt-get install python3\.1[1-3]-venv", done.stderr)
    assert not (tmp_path / ".venv").exists()


SKIPPING = """
    import pytest
    def test_one(): pytest.skip("nothing installed")
    @pytest.mark.xfail(reason="known", raises=ZeroDivisionError)
    def test_two(): 1 / 0
    def test_three(): pass
"""


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("true", {"passed": 1, "xfailed": 1, "failed": 1}),
        ("", {"passed": 1, "xfailed": 1, "skipped": 1}),
    ],
)
def test_a_skipped_test_fails_in_ci_only(
    pytester: pytest.Pytester,
    monkeypatch: pytest.MonkeyPatch,
    value: str,
    expected: dict[str, int],
) -> None:
    monkeypatch.setenv("CI", value)
    pytester.makeconftest((ROOT / "tests/conftest.py").read_text())
    pytester.makepyfile(SKIPPING)
    pytester.runpytest_subprocess("-p", "no:cacheprovider").assert_outcomes(**expected)


def test_a_module_skipped_whole_fails_in_ci(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CI", "true")
    pytester.makeconftest((ROOT / "tests/conftest.py").read_text())
    pytester.makepyfile('import pytest; pytest.importorskip("no_such_package")')
    result = pytester.runpytest_subprocess("-p", "no:cacheprovider")
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["*skipped, which fails in CI*"])

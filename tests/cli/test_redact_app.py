"""``blotter redact`` as people and pipes call it, in a process of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

BLOTTER = (sys.executable, "-c", "from pipeline.cli import main; main()", "redact")
# Run in place of the command: whatever opens a connection or a file to write ends the process.
FENCED = """
import sys
def watch(event, arguments):
    # A library that is imported looks whether the machine speaks IPv6, with a socket of its own.
    if event.startswith("socket.") and event not in ("socket.__new__", "socket.bind"):
        raise SystemExit(f"socket: {event}")
    if event in ("os.mkdir", "os.rename", "os.remove", "subprocess.Popen", "shutil.copyfile"):
        raise SystemExit(f"changed: {event}")
    if event == "open" and isinstance(arguments[1], str) and set(arguments[1]) & set("wax+"):
        raise SystemExit("a file was opened to write")
sys.dont_write_bytecode = True
sys.addaudithook(watch)
from pipeline.cli import main
main()
"""


def run(
    *arguments: str, given: str | bytes = "", command: tuple[str, ...] = BLOTTER
) -> subprocess.CompletedProcess[bytes]:
    body = given.encode() if isinstance(given, str) else given
    return subprocess.run([*command, *arguments], input=body, capture_output=True, check=False)


def test_a_text_is_redacted_from_argument_and_from_standard_input() -> None:
    text = "smoke, call 920-555-0143 back"
    for done in (run(text), run(given=text), run("text", text)):
        assert (done.returncode, done.stderr) == (0, b"")
        assert done.stdout == b"smoke, call [PHONE] back\n"


def test_lines_are_texts_of_their_own() -> None:
    done = run("--lines", given="fire\n\nsmoke, call 555-0143\r\n")
    assert done.stdout.decode().splitlines() == ["fire", "", "smoke, call [PHONE]"]
    assert done.returncode == 0


def test_a_held_text_shows_nothing_and_exits_1() -> None:
    for given in ("smoke " * 9000, b"smoke \xff quillfeather"):
        done = run(given=given)
        assert (done.returncode, done.stdout) == (1, b"[HELD]\n")
        assert done.stderr.startswith(b"blotter: held, ")
        assert b"quill" not in done.stderr


def test_json_lines_are_answered_and_an_unreadable_one_exits_1() -> None:
    good = json.dumps({"id": 1, "text": "fire", "known": None})
    assert run("--jsonl", given=f"{good}\n").returncode == 0
    done = run("--jsonl", given=f"{good}\nquillfeather\n{good}")
    assert done.returncode == 1
    assert [json.loads(line)["held"] for line in done.stdout.splitlines()] == [
        None,
        "not-json",
        None,
    ]
    assert b"quill" not in done.stdout + done.stderr


def test_a_slow_stream_is_answered_line_by_line() -> None:
    with subprocess.Popen(
        [*BLOTTER, "--jsonl"], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        for number in range(3):
            process.stdin.write(b'{"id": %d, "text": "fire"}\n' % number)
            process.stdin.flush()
            assert json.loads(process.stdout.readline())["id"] == number
        process.stdin.close()
        assert process.wait(30) == 0


def test_a_reader_that_leaves_is_no_error_to_shout_about() -> None:
    line = json.dumps({"id": 1, "text": "fire " * 40}) + "\n"
    with subprocess.Popen(
        [*BLOTTER, "--jsonl"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        process.stdin.write(line.encode())
        process.stdin.close()
        assert process.stderr.read() == b""
        assert process.wait(30) == 1


def test_it_opens_no_connection_and_writes_no_file(tmp_path: Path) -> None:
    home = tmp_path / "home"
    environment = os.environ | {"BLOTTER_HOME": str(home), "HOME": str(tmp_path)}
    asked = '{"id": 1, "text": "rp at zz@foo.example, 920-555-0143", "known": null}\n'
    done = subprocess.run(
        [sys.executable, "-c", FENCED, "redact", "--jsonl"],
        input=asked.encode(),
        capture_output=True,
        check=False,
        cwd=tmp_path,
        env=environment,
    )
    assert (done.stderr, done.returncode) == (b"", 0)
    assert json.loads(done.stdout)["redacted"] == "rp at [EMAIL], [PHONE]"
    assert list(tmp_path.iterdir()) == []


def test_the_fence_of_these_tests_holds(tmp_path: Path) -> None:
    for crime in ("import socket; socket.create_connection(('127.0.0.1', 9))", "open('x', 'w')"):
        code = FENCED.replace("from pipeline.cli import main\nmain()", crime)
        done = subprocess.run(
            [sys.executable, "-c", code], capture_output=True, check=False, cwd=tmp_path
        )
        assert done.returncode == 1, crime
        assert b"socket" in done.stderr or b"opened to write" in done.stderr


def test_options_that_exclude_each_other_are_refused() -> None:
    assert run("--jsonl", "--lines").returncode == 2
    assert run("a text", "--jsonl").returncode == 2


GOLD = [
    {
        "id": "one",
        "text": "call 920-555-0143 about the smoke",
        "spans": [{"start": 5, "end": 17, "entity": "PHONE"}],
        "style": "prose",
        "split": "held-out",
    },
    {
        "id": "two",
        "text": "smoke in the building",
        "spans": [{"start": 0, "end": 5, "entity": "PERSON"}],
        "style": "prose",
        "split": "development",
    },
]


@pytest.fixture(name="gold")
def _gold(tmp_path: Path) -> Path:
    path = tmp_path / "gold.jsonl"
    path.write_text("".join(f"{json.dumps(each)}\n" for each in GOLD), encoding="utf-8")
    return path


def test_a_bar_decides_the_exit_status(gold: Path) -> None:
    asked = ("eval", str(gold), "--json", "--min-recall", "0.9")
    assert run(*asked, "--split", "held-out").returncode == 0
    done = run(*asked)
    told = json.loads(done.stdout)
    assert done.returncode == 1
    assert told["missed"] == ["recall is 50.00%, less than 90.00%"]
    assert told["recall"]["part"] == 1
    assert run("eval", str(gold)).returncode == 0
    assert run("eval", str(gold), "--split", "none").returncode == 2


def test_misses_are_listed_without_text_unless_text_is_asked_for(gold: Path) -> None:
    quiet = run("eval", str(gold), "--misses")
    assert b"PERSON" in quiet.stdout
    assert b"smoke" not in quiet.stdout
    assert b"two PERSON smoke" in run("eval", str(gold), "--show-text").stdout


def test_the_report_is_one_page_without_text(gold: Path, tmp_path: Path) -> None:
    page = tmp_path / "report.html"
    done = run("eval", str(gold), "--html", str(page), "--split", "development")
    assert done.returncode == 0, done.stderr
    written = page.read_text("utf-8")
    assert "<svg" in written
    assert "gold.jsonl, development" in written
    assert "smoke" not in written


@pytest.mark.parametrize("arguments", [("--help",), ("text", "--help"), ("eval",), ("--odd", "x")])
def test_alone_it_says_what_it_says_among_all_commands(arguments: tuple[str, ...]) -> None:
    among = (sys.executable, "-c", "from pipeline.cli.app import run_app; run_app()", "redact")
    alone, whole = run(*arguments), run(*arguments, command=among)
    assert (alone.returncode, alone.stdout, alone.stderr) == (
        whole.returncode,
        whole.stdout,
        whole.stderr,
    )
    assert alone.stdout + alone.stderr


def test_alone_it_loads_no_other_command() -> None:
    said = "import sys; sys.stderr.write(str('pipeline.cli.app' in sys.modules))"
    program = f"from pipeline.cli import main\ntry: main()\nfinally: {said}"
    done = run(given="fire", command=(sys.executable, "-c", program, "redact"))
    assert (done.stdout, done.stderr) == (b"fire\n", b"False")

"""What an offline verifier finds: each attack on a log, and a thousand random tamperings."""

from __future__ import annotations

import ast
import random
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from keys import Ed25519Key
from logs import FROZEN, FROZEN_SIZES, KEY, ORIGIN, VKEY, checkpoint, line, lines, write_log

from pipeline.audit import verify
from pipeline.audit.note import COSIGNATURE, Note, cosign, parse_note
from pipeline.audit.tiles import Edge, bundle, entries_of, grown
from pipeline.audit.verify import Unproven, verify_consistency, verify_log

SIZE = 600


@pytest.fixture
def log(tmp_path: Path) -> Path:
    write_log(tmp_path / "log", lines(SIZE))
    return tmp_path / "log"


def first_bad(folder: Path) -> int:
    problems = verify_log(folder, [VKEY]).problems
    assert problems
    return problems[0][0]


def rebundle(folder: Path, number: int, entries: list[bytes]) -> None:
    path = folder / f"tile/entries/{number:03d}"
    if not path.is_file():
        (path,) = (folder / f"tile/entries/{number:03d}.p").iterdir()
    path.write_bytes(bundle(entries))


def held(folder: Path, number: int) -> list[bytes]:
    return list(entries_of((folder / f"tile/entries/{number:03d}").read_bytes()))


@pytest.mark.parametrize("size", FROZEN_SIZES)
def test_a_frozen_log_verifies_forever(size: int) -> None:
    report = verify_log(FROZEN / str(size), [VKEY])
    assert (report.head.size, report.problems) == (size, ())


@pytest.mark.parametrize("size", FROZEN_SIZES)
def test_a_frozen_log_is_written_the_same_today(size: int, tmp_path: Path) -> None:
    write_log(tmp_path, lines(size))
    old = {p.relative_to(FROZEN / str(size)): p.read_bytes() for p in files(FROZEN / str(size))}
    assert {p.relative_to(tmp_path): p.read_bytes() for p in files(tmp_path)} == old


def files(folder: Path) -> list[Path]:
    return [path for path in sorted(folder.rglob("*")) if path.is_file()]


def test_a_log_of_three_levels_verifies(tmp_path: Path) -> None:
    write_log(tmp_path, [b"%d" % number for number in range(65_900)])
    assert (tmp_path / "tile/2/000.p/1").is_file()
    assert verify_log(tmp_path, [VKEY]).problems == ()


def test_edit(log: Path) -> None:
    """``a b c d`` -> ``a b X d``: one entry says something else."""
    entries = held(log, 1)
    entries[17] = entries[17].replace(b"payload-retention", b"nothing-to-see-")
    rebundle(log, 1, entries)
    assert first_bad(log) == 256 + 17


def test_edit_with_its_leaf_hash(log: Path) -> None:
    """``a b c d`` -> ``a b X d`` and ``H(c)`` -> ``H(X)``: the tile above tells on the bundle."""
    entries = held(log, 1)
    entries[17] = line(9_999)
    _, made = grown(Edge(), [*lines(256), *entries])
    for file in made:
        if file.path in {"tile/entries/001", "tile/0/001"}:
            (log / file.path).write_bytes(file.body)
    assert first_bad(log) == 256


def test_edit_of_everything_but_the_signature(log: Path, tmp_path: Path) -> None:
    """Every file is made anew from ``a X c d``; the signed root is still that of ``a b c d``."""
    signed = (log / "checkpoint").read_bytes()
    forged = [*lines(17), line(9_999), *lines(SIZE)[18:]]
    write_log(tmp_path / "forged", forged)
    (tmp_path / "forged/checkpoint").write_bytes(signed)
    ((_, words),) = verify_log(tmp_path / "forged", [VKEY]).problems
    assert "another log" in words


def test_drop(log: Path) -> None:
    """``a b c d`` -> ``a c d``: everything after moves up."""
    entries = held(log, 1)
    del entries[40]
    rebundle(log, 1, entries)
    assert first_bad(log) == 256 + 40


def test_drop_of_the_last(log: Path) -> None:
    """``a b c d`` -> ``a b c``, with the checkpoint of four."""
    (path,) = (log / "tile/entries/002.p").iterdir()
    path.write_bytes(bundle(list(entries_of(path.read_bytes()))[:-1]))
    assert first_bad(log) == SIZE - 1


def test_reorder(log: Path) -> None:
    """``a b c d`` -> ``a c b d``."""
    entries = held(log, 0)
    entries[7], entries[8] = entries[8], entries[7]
    rebundle(log, 0, entries)
    assert first_bad(log) == 7


def test_insert(log: Path) -> None:
    """``a b c d`` -> ``a b X c d``."""
    entries = held(log, 0)
    entries.insert(99, line(9_999))
    rebundle(log, 0, entries)
    assert first_bad(log) == 99


def test_truncate(log: Path) -> None:
    """The disk, or somebody, cut a bundle's file short."""
    path = log / "tile/entries/001"
    path.write_bytes(path.read_bytes()[:1000])
    assert first_bad(log) == 256 + len(entries_of_torn(path.read_bytes()))


def entries_of_torn(body: bytes) -> list[bytes]:
    kept, at = [], 0
    while at + 2 + int.from_bytes(body[at : at + 2], "big") <= len(body):
        end = at + 2 + int.from_bytes(body[at : at + 2], "big")
        kept.append(body[at + 2 : end])
        at = end
    return kept


def test_a_file_taken_away(log: Path) -> None:
    """A whole bundle, or a whole tile, is gone."""
    (log / "tile/entries/001").unlink()
    assert first_bad(log) == 256
    shutil.copy(log / "tile/entries/000", log / "tile/entries/001")
    assert first_bad(log) == 256


def test_fork(log: Path, tmp_path: Path) -> None:
    """One log, two stories: ``a b c`` for you and ``a b X`` for me, both signed."""
    kept = (log / "checkpoint").read_bytes()
    other = tmp_path / "other"
    write_log(other, [*lines(SIZE - 1), line(9_999), *lines(3)])
    assert verify_log(other, [VKEY]).problems == ()
    with pytest.raises(Unproven, match=f"does not hold the signed tree of {SIZE}"):
        verify_consistency(other, kept, (other / "checkpoint").read_bytes(), [VKEY])


def test_roll_back(log: Path, tmp_path: Path) -> None:
    """``a b c d`` was signed; today's log is ``a b`` again, and signed too."""
    kept = (log / "checkpoint").read_bytes()
    earlier = tmp_path / "earlier"
    write_log(earlier, lines(SIZE - 50))
    assert verify_log(earlier, [VKEY]).problems == ()
    with pytest.raises(Unproven, match="rolled back from 600 entries to 550"):
        verify_consistency(earlier, kept, (earlier / "checkpoint").read_bytes(), [VKEY])


def test_forged_key(log: Path) -> None:
    """Somebody signs with a key of their own, under the log's name."""
    edge, _ = grown(Edge(), lines(SIZE))
    (log / "checkpoint").write_bytes(checkpoint(edge, Ed25519Key(ORIGIN, 66)))
    with pytest.raises(Unproven, match="no key that is known"):
        verify_log(log, [VKEY])


def test_forged_signature(log: Path) -> None:
    """The log's own key id, and another signature."""
    edge, _ = grown(Edge(), lines(SIZE))
    note = parse_note(checkpoint(edge))
    forged = note.signatures[0]
    blob = bytes([forged.blob[0] ^ 1]) + forged.blob[1:]
    line_of = type(forged)(name=forged.name, key_id=forged.key_id, blob=blob)
    (log / "checkpoint").write_bytes(bytes(Note(text=note.text, signatures=(line_of,))))
    with pytest.raises(Unproven, match="forged"):
        verify_log(log, [VKEY])


def test_swapped_checkpoint(log: Path, tmp_path: Path) -> None:
    """The checkpoint of another log, or of this one when it was larger."""
    stranger = Ed25519Key("other.example/log", 8)
    (log / "checkpoint").write_bytes(checkpoint(grown(Edge(), lines(SIZE))[0], stranger))
    with pytest.raises(Unproven, match="no key that is known"):
        verify_log(log, [VKEY, str(stranger.key).replace("other", "alerts")[:0] or VKEY])
    (log / "checkpoint").write_bytes(checkpoint(grown(Edge(), lines(SIZE + 9))[0]))
    assert first_bad(log) == SIZE - SIZE % 256


def test_a_log_that_grew_continues_what_was_kept(log: Path) -> None:
    kept = (log / "checkpoint").read_bytes()
    write_log(log, lines(SIZE + 400)[SIZE:], edge=grown(Edge(), lines(SIZE))[0])
    verify_consistency(log, kept, (log / "checkpoint").read_bytes(), [VKEY])
    assert verify_log(log, [VKEY]).problems == ()


def test_a_witness_that_is_asked_for_must_have_cosigned(log: Path) -> None:
    witness = Ed25519Key("witness.example/w1", 5, kind=COSIGNATURE)
    with pytest.raises(Unproven, match="did not cosign"):
        verify_log(log, [VKEY], [str(witness.key)])
    note = parse_note((log / "checkpoint").read_bytes())
    signed = (*note.signatures, cosign(note.text, witness, 1_800_000_000))
    (log / "checkpoint").write_bytes(bytes(Note(text=note.text, signatures=signed)))
    report = verify_log(log, [VKEY], [str(witness.key)])
    assert report.head.signed == ((ORIGIN, 0), ("witness.example/w1", 1_800_000_000))


def tampered(folder: Path, draw: random.Random) -> int:
    """Do one random harm to a log; return the index of the first entry that suffers."""
    number = draw.randrange(3)
    width = min(256, SIZE - number * 256)
    name = f"{number:03d}" if width == 256 else f"{number:03d}.p/{width}"
    at = draw.randrange(width)
    path = folder / "tile/entries" / name
    entries = list(entries_of(path.read_bytes()))
    match draw.choice(["flip", "drop", "reorder", "insert", "truncate", "hash", "level"]):
        case "flip":
            raw = bytearray(entries[at])
            raw[draw.randrange(len(raw))] ^= 1 << draw.randrange(8)
            entries[at] = bytes(raw)
        case "drop":
            del entries[at]
        case "reorder":
            at = min(at, width - 2)
            entries[at], entries[at + 1] = entries[at + 1], entries[at]
        case "insert":
            entries.insert(at, line(10_000 + at))
        case "truncate":
            path.write_bytes(bundle(entries[:at]) + bundle(entries[at : at + 1])[:-1])
            return number * 256 + at
        case "hash":
            tile = folder / "tile/0" / name
            raw = bytearray(tile.read_bytes())
            raw[at * 32 + draw.randrange(32)] ^= 1
            tile.write_bytes(bytes(raw))
            return number * 256 + at
        case _:
            tile = folder / "tile/1/000.p/2"
            raw = bytearray(tile.read_bytes())
            at = draw.randrange(2)
            raw[at * 32 + draw.randrange(32)] ^= 1
            tile.write_bytes(bytes(raw))
            return at * 256
    path.write_bytes(bundle(entries))
    return number * 256 + at


def test_a_thousand_random_tamperings_are_all_found_where_they_are(log: Path) -> None:
    draw, sound = random.Random(20_261_125), {path: path.read_bytes() for path in files(log)}
    wrong = []
    for turn in range(1000):
        wanted = tampered(log, draw)
        problems = verify_log(log, [VKEY]).problems
        if not problems or problems[0][0] != wanted:
            wrong.append((turn, wanted, problems[:1]))
        for path, body in sound.items():
            if path.read_bytes() != body:
                path.write_bytes(body)
    assert wrong == []


def test_the_verifier_imports_nothing_of_the_project() -> None:
    tree = ast.parse(Path(verify.__file__).read_bytes())
    named = {
        (node.module or "").split(".")[0] if isinstance(node, ast.ImportFrom) else name.name
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in node.names
    }
    assert named - set(sys.stdlib_module_names) == {"cryptography"}


def alone(tmp_path: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    script = tmp_path / "alone" / "verify.py"
    script.parent.mkdir(exist_ok=True)
    shutil.copy(verify.__file__, script)
    command = [sys.executable, "-I", str(script), *arguments]
    return subprocess.run(command, capture_output=True, text=True, cwd=tmp_path / "alone")


def test_the_verifier_runs_alone(log: Path, tmp_path: Path) -> None:
    (tmp_path / "key").write_text(VKEY + "\n")
    told = alone(tmp_path, "log", str(log), "--key", str(tmp_path / "key"))
    assert (told.returncode, told.stderr) == (0, "")
    assert told.stdout.startswith(f"SOUND: {SIZE} entries of {ORIGIN}")
    entries = held(log, 0)
    entries[3] = b"{}"
    rebundle(log, 0, entries)
    told = alone(tmp_path, "log", str(log), "--key", VKEY)
    assert told.returncode == 1
    assert "entry 3: an entry is not the one that was logged" in told.stdout


def test_the_verifier_compares_with_a_checkpoint_that_was_kept(log: Path, tmp_path: Path) -> None:
    (tmp_path / "kept").write_bytes((log / "checkpoint").read_bytes())
    write_log(log, lines(SIZE + 3)[SIZE:], edge=grown(Edge(), lines(SIZE))[0])
    told = alone(tmp_path, "log", str(log), "--key", VKEY, "--since", str(tmp_path / "kept"))
    assert told.returncode == 0
    both = [str(log / "checkpoint"), str(tmp_path / "kept"), str(log)]
    told = alone(tmp_path, "consistency", *both, "--key", VKEY)
    assert told.stdout == "NOT SOUND: the log was rolled back from 603 entries to 600\n"
    assert KEY.key.name == ORIGIN

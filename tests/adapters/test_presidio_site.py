"""A site's own recognizers add findings, prove their examples, and fail loudly."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.adapters.detection import dispatch_detector
from pipeline.adapters.site_recognizers import read_site_recognizers
from pipeline.model import ConfigError, DetectorFailure, Entity
from pipeline.policies import load_policy
from pipeline.usecases.redact_texts import RedactedText, Redactor

SOUND = """\
recognizers:
  - name: harbor permit
    supported_entity: GOVERNMENT_ID
    patterns:
      - {name: five digits, regex: '\\bHP-?\\d{5}\\b', score: 0.8}
    finds: ["permit [HP-40117] checked"]
    ignores: ["E2 at 120 hp"]
  - name: shelters
    supported_entity: ADDRESS
    deny_list: ["the lantern house"]
    finds: ["taken to [the Lantern House] by 4A12"]
    ignores: ["a lantern in the house"]
"""


def written(folder: Path, text: str) -> Path:
    path = folder / "recognizers.yml"
    path.write_text(text, "utf-8")
    return path


def shown(redactor: Redactor, text: str) -> str:
    answer = redactor.redact(text)
    assert isinstance(answer, RedactedText)
    return answer.text


def test_what_a_site_names_is_masked_beside_everything_else(tmp_path: Path) -> None:
    text = "victim taken to the lantern house by crew, caller jane quill"
    assert "lantern house" in shown(Redactor(), text)
    own = Redactor(written(tmp_path, SOUND))
    answer = own.redact(text)
    assert isinstance(answer, RedactedText)
    assert answer.text == "victim taken to [ADDRESS] by crew, caller [PERSON]"
    found = {each.recognizer: each.entity for each in answer.findings}
    assert found["site/shelters"] is Entity.ADDRESS


def test_a_disguise_is_undone_before_a_site_looks(tmp_path: Path) -> None:
    own = Redactor(written(tmp_path, SOUND))
    assert shown(own, "taken to the l\u0430ntern h\u200bouse, ok") == "taken to [ADDRESS], ok"


def test_the_version_is_that_of_the_file(tmp_path: Path) -> None:
    plain = dispatch_detector(load_policy()).version
    one = dispatch_detector(load_policy(), written(tmp_path, SOUND)).version
    other = dispatch_detector(load_policy(), written(tmp_path, SOUND + "# changed\n")).version
    assert len({plain, one, other}) == 3


@pytest.mark.parametrize(
    ("old", "new", "line", "problem"),
    [
        ("HP-?", "HQ-?", 6, "harbor permit: not found as marked"),
        ("[HP-40117]", "HP-[40117]", 6, "harbor permit: not found as marked"),
        ("a lantern in", "the lantern house,", 12, "shelters: found, and must not be"),
        ("score: 0.8", "score: 0.1", 5, "greater than or equal to 0.3"),
        ("GOVERNMENT_ID", "UNEXPLAINED", 3, "UNEXPLAINED is nothing a recognizer finds"),
        ("GOVERNMENT_ID", "HARBOR_PERMIT", 3, "supported_entity"),
        ("    finds:", "    context: [permit]\n    finds:", 6, "context"),
        ('finds: ["permit [HP-40117] checked"]', "finds: []", 6, "at least 1"),
        ("'\\bHP-?\\d{5}\\b'", "'(HP'", 5, "not a regular expression"),
        ("'\\bHP-?\\d{5}\\b'", "'(HP)*'", 5, "matches the empty text"),
        ("name: shelters", "name: Harbor Permit", 1, "two recognizers have one name"),
    ],
)
def test_a_wrong_file_is_an_error_with_its_line(
    tmp_path: Path, old: str, new: str, line: int, problem: str
) -> None:
    assert old in SOUND
    path = written(tmp_path, SOUND.replace(old, new, 1))
    with pytest.raises(ConfigError, match=problem.replace("(", r"\(")) as raised:
        Redactor(path)
    assert f"recognizers.yml:{line}" in str(raised.value)


def test_a_pattern_without_end_holds_the_record(tmp_path: Path) -> None:
    endless = SOUND.replace(r"\bHP-?\d{5}\b", r"\bHP-?\d{5}\b|((x|x)+)+[yz]")
    detector = dispatch_detector(load_policy(), written(tmp_path, endless))
    detector.find(["smoke showing"])
    with pytest.raises(DetectorFailure, match="timeout"):
        detector.find(["x" * 200])


def test_a_missing_file_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ConfigError):
        read_site_recognizers(tmp_path / "none.yml")

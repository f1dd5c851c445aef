"""Presidio is loaded without what nobody asks for, finds the same, and is left whole to others."""

from __future__ import annotations

import subprocess
import sys

from pipeline.adapters.presidio_light import without_language_models

TEXTS = (
    "call 920-555-0143",
    "ssn 123-45-6788 mail tamsin@example.org",
    "card 4111 1111 1111 1111",
    "see https://example.org/a at 10.0.0.7",
    "lic A1234567",
)

FINDS = f"""
import sys
{{before}}
from pipeline.adapters.presidio import presidio_detector
from pipeline.policies import load_policy
detector = presidio_detector(load_policy())
found = detector.find({TEXTS!r})
assert all(found)
print([(each.start, each.end, each.entity.value, each.score) for one in found for each in one])
{{after}}
"""
ALONE = """
light = {"spacy", "thinc", "tldextract", "requests", "presidio_analyzer"}
left = light & {name.partition(".")[0] for name in sys.modules}
assert not left, left
import tldextract
assert tldextract.TLDExtract(suffix_list_urls=())
from presidio_analyzer.predefined_recognizers import UrlRecognizer
assert UrlRecognizer().analyze("see www.example.org", ["URL"])
from presidio_analyzer.nlp_engine import NoOpNlpEngine
from spacy.tokens import Doc
engine = NoOpNlpEngine(models=[{"lang_code": "en", "model_name": "none"}])
engine.load()
assert isinstance(engine.process_text("two words", "en").tokens, Doc)
"""
SHARED = """
import pipeline.adapters.presidio_engine as ours
assert ours.RecognizerResult is presidio_analyzer.RecognizerResult
"""


def finds(before: str, after: str) -> str:
    program = FINDS.format(before=before, after=after)
    ended = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False
    )
    assert ended.returncode == 0, ended.stderr
    return ended.stdout


def test_it_finds_the_same_with_and_without_spacy_and_leaves_the_real_ones_to_others() -> None:
    alone = finds("", ALONE)
    assert alone == finds("import presidio_analyzer", SHARED)
    assert "PHONE" in alone


def test_what_is_imported_already_is_left_alone() -> None:
    import presidio_analyzer

    finders = list(sys.meta_path)
    with without_language_models():
        assert sys.meta_path == finders
    assert sys.modules["presidio_analyzer"] is presidio_analyzer

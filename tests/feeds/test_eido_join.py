"""References of an EIDO are followed, and what they add to a document is bounded."""

from __future__ import annotations

import tracemalloc
from typing import Any

import orjson
import pytest

from pipeline.feeds import eido_join
from pipeline.feeds.eido import eido_objects
from pipeline.model import NoticeCode, PayloadRefused

INCIDENT = {"$id": "i", "incidentTypeCommonRegistryText": "Gas Leak"}


def nested(number: int) -> dict[str, Any]:
    """Return an object whose components, in no array, all refer to each other."""
    ids = [f"k{each}" for each in range(number)]
    inside = {
        f"x{name}": {"$id": name, "t": "x", "refs": [{"$ref": other} for other in ids]}
        for name in ids
    }
    return {"$id": "e", "incidentComponent": INCIDENT, "more": inside}


def calling(number: int) -> dict[str, Any]:
    """Return an object whose persons are all callers of each other."""
    ids = [f"p{each}" for each in range(number)]
    persons = [{"$id": p, "callerReference": [{"$ref": other} for other in ids]} for p in ids]
    return {"$id": "e", "incidentComponent": INCIDENT, "personComponent": persons}


def refused(document: object) -> PayloadRefused:
    with pytest.raises(PayloadRefused) as caught:
        eido_objects(orjson.dumps(document).decode())
    return caught.value


@pytest.mark.parametrize("number", [20, 40, 80])
@pytest.mark.parametrize("form", [nested, calling])
def test_components_that_refer_to_each_other_are_not_told_without_number(form, number) -> None:
    text = orjson.dumps(form(number)).decode()
    tracemalloc.start()
    with pytest.raises(PayloadRefused) as caught:
        eido_objects(text)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    most = eido_join.LEAST + len(text) // 20
    assert caught.value.code is NoticeCode.LIMIT_EXCEEDED
    assert caught.value.position == f"references {most}"
    assert peak < 20_000_000


def test_the_bound_is_one_for_all_objects_of_a_document(monkeypatch) -> None:
    few = calling(4)  # which tell each other 4 * (3 + 3 * 2 + 3 * 2 * 1) times
    assert eido_objects(orjson.dumps(few).decode())
    many = [few] * 100

    assert refused(many).code is NoticeCode.LIMIT_EXCEEDED
    monkeypatch.setattr(eido_join, "LEAST", 100_000)
    assert len(eido_objects(orjson.dumps(many).decode())) == 100


def test_a_long_text_that_is_told_again_and_again_counts_as_several() -> None:
    person = {"$id": "p", "text": "x" * 20_000}
    calls = [{"$id": f"c{each}", "callerReference": {"$ref": "p"}} for each in range(20)]
    document = {"$id": "e", "incidentComponent": INCIDENT, "callComponent": calls}
    document["personComponent"] = [person]

    assert refused(document).code is NoticeCode.LIMIT_EXCEEDED
    document["callComponent"] = calls[:5]
    assert len(eido_objects(orjson.dumps(document).decode())) == 1


def test_a_caller_of_each_of_many_calls_is_told_in_each() -> None:
    name = {"personName": {"personFullName": "Wanda Quillfeather"}}
    persons = [{"$id": f"p{each}", "ncPersonComponent": name} for each in range(2000)]
    calls = [{"$id": f"c{each}", "callerReference": {"$ref": f"p{each}"}} for each in range(2000)]
    document = {"$id": "e", "incidentComponent": INCIDENT, "callComponent": calls}
    (told,) = eido_objects(orjson.dumps(document | {"personComponent": persons}).decode())

    assert isinstance(told, dict)
    assert [each["callerReference"]["ncPersonComponent"] for each in told["callComponent"]] == (
        [name] * 2000
    )

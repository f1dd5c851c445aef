from __future__ import annotations

import copy
import csv
import dataclasses
import io
import json
import logging
import pickle
import pprint
import sys
import traceback
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any

import orjson
import pydantic
import pytest
import structlog
import yaml
from hypothesis import given
from hypothesis import strategies as st
from pydantic_core import PydanticSerializationError, to_json
from rich.console import Console
from rich.pretty import pretty_repr
from rich.traceback import Traceback

from pipeline.model import (
    AgencyId,
    Digest,
    ExactPlace,
    Incident,
    IncidentRef,
    IncidentStatus,
    Memory,
    Outcome,
    Person,
    PersonRole,
    Point,
    Remark,
    Sensitive,
    SensitiveLeak,
    SourceRecord,
    Stale,
)

CANARY = "Quillon Abernathwy 920-555-0143"
PIECES = ("quillon", "abernathwy", "555", "0143", "43.0217", "88.9731")
MARKER = "Sensitive(***)"
WHEN = datetime(2026, 3, 2, 18, tzinfo=UTC)

texts = st.text(st.characters(categories=None)) | st.sampled_from(["\ud800", "a\udfff", "", "\0"])


def private() -> Sensitive:
    return Sensitive(CANARY)


def finds(text: str) -> list[str]:
    return [piece for piece in PIECES if piece in text.lower()]


def records() -> dict[str, Any]:
    """Return one of each record that may hold private text, every private field filled."""
    text = private()
    point = Point(latitude=43.0217, longitude=-88.9731)
    person = Person(role=PersonRole.CALLER, name=text, phone=text, address=text, birth_date=text)
    remark = Remark(text=text, at=WHEN)
    place = ExactPlace(address=text, place_name=text, district=text, point=point)
    memory = Memory(revision=Digest("d"), revised_at=WHEN, rules=Digest("d"), values=(text,))
    incident = Incident(
        agency_id=AgencyId("elm-bluff"),
        ref=IncidentRef("r"),
        revision=Digest("d"),
        position=0,
        call_types=(text,),
        opened_at=WHEN,
        revised_at=WHEN,
        status=IncidentStatus.OPEN,
        priority=text,
        place=place,
        people=(person,),
        remarks=(remark,),
        private_values=(text,),
        unit_count=1,
        restricted=False,
        notices=(),
    )
    source = SourceRecord(
        position=0,
        rows=1,
        canonical=(("cfs_number", (text,)),),
        remarks=((("text", text),),),
        people=((PersonRole.CALLER, (("name", text),)),),
        private_values=(text,),
        content=text,
    )
    outcome = Outcome(position=0, rows=1, state=Stale(), memory=memory)
    found = (point, person, remark, place, memory, incident, source, outcome)
    return {type(record).__name__: record for record in found}


RECORDS = sorted(records())


def written_as_row(value: Sensitive) -> None:
    csv.writer(io.StringIO()).writerow([value])


CONVERSIONS: dict[str, Callable[[Sensitive], object]] = {
    "str": str,
    "f-string": lambda value: f"{value}",
    "f-string with !s": lambda value: f"{value!s}",
    "f-string with a width": lambda value: f"{value:>40}",
    "format": format,
    "str.format": lambda value: "{}".format(value),  # noqa: UP032
    "str.format of an attribute": lambda value: "{.text}".format(_Box(value)),  # noqa: UP032
    "percent s": lambda value: "%s" % value,  # noqa: UP031
    "print": lambda value: print(value, file=io.StringIO()),
    "bytes": bytes,
    "iter": iter,
    "list": list,
    "unpacking": lambda value: [*value],
    "for": lambda value: [each for each in value],  # type: ignore[attr-defined] # noqa: C416
    "csv": written_as_row,
}

REFUSALS: dict[str, Callable[[Any], object]] = {
    "len": len,
    "in": lambda value: "a" in value,
    "index": lambda value: value[0],
    "slice": lambda value: value[:3],
    "add": lambda value: "a" + value,
    "join": lambda value: "".join([value]),
    "less than": lambda value: value < value,
    "int": int,
    "float": float,
    "path": Path,
    "bytearray": bytearray,
    "vars": vars,
    "json.dumps": json.dumps,
    "orjson.dumps": orjson.dumps,
    "orjson.dumps with str": lambda value: orjson.dumps(value, default=str),
    "json.dumps with str": lambda value: json.dumps(value, default=str),
    "json.dumps with vars": lambda value: json.dumps(value, default=vars),
    "pydantic to_json": to_json,
    "pydantic model_dump_json": lambda value: _Box(value).model_dump_json(),
    "pydantic model_dump as json": lambda value: _Box(value).model_dump(mode="json"),
    "yaml.safe_dump": yaml.safe_dump,
    "yaml.dump": yaml.dump,
}


class _Box(pydantic.BaseModel):
    model_config = pydantic.ConfigDict(arbitrary_types_allowed=True)
    text: Sensitive

    def __init__(self, text: Sensitive) -> None:
        super().__init__(text=text)


class _Count(pydantic.BaseModel):
    count: int


@pytest.mark.parametrize("convert", CONVERSIONS.values(), ids=CONVERSIONS)
def test_converting_to_text_or_bytes_raises_and_tells_nothing(
    convert: Callable[[Sensitive], object],
) -> None:
    with pytest.raises(SensitiveLeak) as caught:
        convert(private())
    assert finds(str(caught.value)) == []


@pytest.mark.parametrize("use", REFUSALS.values(), ids=REFUSALS)
def test_other_uses_as_text_and_serialisers_refuse_and_tell_nothing(
    use: Callable[[Any], object],
) -> None:
    with pytest.raises((TypeError, PydanticSerializationError, yaml.YAMLError)) as caught:
        use(private())
    assert finds("".join(traceback.format_exception(caught.value))) == []


@pytest.mark.parametrize("name", [name for name in RECORDS if name != "Point"])
def test_orjson_refuses_every_record_with_private_text(name: str) -> None:
    with pytest.raises(TypeError) as caught:
        orjson.dumps(records()[name])
    assert finds(str(caught.value)) == []


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_pickling_raises_at_every_protocol_alone_and_inside_records(protocol: int) -> None:
    held = [record for name, record in records().items() if name != "Point"]
    assert len(held) == 7
    for value in [private(), *held, {"a": [private()]}]:
        with pytest.raises(SensitiveLeak):
            pickle.dumps(value, protocol)
        with pytest.raises(SensitiveLeak):
            pickle._dumps(value, protocol)  # type: ignore[attr-defined]


def test_copies_are_the_same_object() -> None:
    value = private()
    assert copy.copy(value) is value
    assert copy.deepcopy(value) is value
    assert copy.deepcopy({"a": [value]})["a"][0] is value
    person = Person(role=PersonRole.CALLER, name=value)
    assert dataclasses.asdict(person)["name"] is value


@given(texts)
def test_repr_is_one_marker_whatever_the_text_is(text: str) -> None:
    assert repr(Sensitive(text)) == MARKER
    assert f"{Sensitive(text)!r}" == "%r" % Sensitive(text) == ascii(Sensitive(text))  # noqa: UP031


@pytest.mark.parametrize(
    "show", [repr, pprint.pformat, pretty_repr], ids=["repr", "pprint", "rich"]
)
@pytest.mark.parametrize("name", RECORDS)
def test_shown_records_hold_markers_and_no_private_text(
    name: str, show: Callable[[object], str]
) -> None:
    shown = show(records()[name])
    assert finds(shown) == []
    assert name in shown
    assert name == "Outcome" or "***" in shown


def test_a_record_looks_the_same_whatever_its_private_text_is() -> None:
    assert repr(Remark(text=Sensitive("a"))) == repr(Remark(text=Sensitive("b" * 900)))
    one, other = Point(latitude=1.0, longitude=2.0), Point(latitude=43.0217, longitude=-88.9731)
    assert repr(one) == repr(other) == str(one) == f"{other}"


def test_a_pydantic_error_shows_the_marker() -> None:
    with pytest.raises(pydantic.ValidationError) as caught:
        _Count(count=private())  # type: ignore[arg-type]
    assert MARKER in str(caught.value)
    assert finds(str(caught.value) + str(caught.value.errors())) == []


def test_a_pydantic_model_shows_the_marker() -> None:
    assert repr(_Box(private())) == f"_Box(text={MARKER})"


def a_logger(stream: io.StringIO) -> logging.Logger:
    logger = logging.Logger("private")  # noqa: LOG001 # of this test alone, never shared
    logger.addHandler(logging.StreamHandler(stream))
    return logger


@pytest.mark.parametrize("form", ["%s", "%r", "%(a)s", "%(a)r"])
def test_logging_a_value_shows_no_private_text_even_in_the_handlers_own_report(
    form: str, capsys: pytest.CaptureFixture[str]
) -> None:
    stream = io.StringIO()
    logger = a_logger(stream)
    logger.warning(form, {"a": private()} if "(" in form else private())
    err = capsys.readouterr().err
    assert finds(stream.getvalue() + err) == []
    if form.endswith("r"):
        assert MARKER in stream.getvalue()
    else:
        assert stream.getvalue() == ""
        assert "SensitiveLeak" in err


@pytest.mark.parametrize("name", RECORDS)
def test_logging_a_record_shows_no_private_text(
    name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    stream = io.StringIO()
    logger = a_logger(stream)
    logger.warning("%s and %r", records()[name], records()[name])
    assert stream.getvalue().count(name) >= 2
    assert finds(stream.getvalue() + capsys.readouterr().err) == []


class Failure(Exception):
    """Raised by a frame that has every record among its locals."""


def fail() -> None:
    text, everything = private(), records()
    incident, point = everything["Incident"], everything["Point"]
    raise Failure(repr((text, incident, point)))


def caught() -> tuple[type[BaseException], BaseException, TracebackType]:
    with pytest.raises(Failure) as raised:
        fail()
    return raised._excinfo  # type: ignore[return-value]


def plain_traceback() -> str:
    return "".join(traceback.TracebackException(*caught(), capture_locals=True).format())


def rich_traceback() -> str:
    console = Console(file=io.StringIO(), width=200)
    console.print(Traceback.from_exception(*caught(), show_locals=True, locals_max_string=None))
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def structlog_dicts() -> str:
    show = structlog.tracebacks.ExceptionDictTransformer(show_locals=True)
    return json.dumps(show(caught()))


def structlog_event() -> str:
    stream = io.StringIO()
    logger = structlog.wrap_logger(
        structlog.PrintLogger(stream),
        processors=[structlog.processors.JSONRenderer(default=repr)],
    )
    everything = records()
    logger.error("failed", text=private(), incident=everything["Incident"])
    return stream.getvalue()


@pytest.mark.parametrize(
    "render", [plain_traceback, rich_traceback, structlog_dicts, structlog_event]
)
def test_tracebacks_and_events_that_show_locals_hold_only_markers(
    render: Callable[[], str],
) -> None:
    shown = render()
    assert MARKER in shown
    assert finds(shown) == []


@given(texts, texts)
def test_values_are_equal_exactly_when_their_texts_are(one: str, other: str) -> None:
    assert (Sensitive(one) == Sensitive(other)) is (one == other)
    assert Sensitive(one) == Sensitive(one)
    assert hash(Sensitive(one)) == hash(Sensitive(one))
    assert len({Sensitive(one), Sensitive(other)}) == len({one, other})


@given(texts)
def test_a_value_is_never_equal_to_its_bare_text(text: str) -> None:
    assert Sensitive(text) != text
    assert text != Sensitive(text)
    assert text not in {Sensitive(text)}
    assert Sensitive(text).__eq__(text) is NotImplemented


def test_lone_surrogates_are_compared_not_refused() -> None:
    assert Sensitive("a\ud800") == Sensitive("a\ud800")
    assert Sensitive("a\ud800") != Sensitive("a\udc00")
    assert Sensitive("a\ud800") != Sensitive("a?")


@given(texts)
def test_expose_returns_the_very_text_and_bool_says_whether_there_is_any(text: str) -> None:
    assert Sensitive(text).expose() == text
    assert bool(Sensitive(text)) is (text != "")


def test_a_value_cannot_be_changed() -> None:
    value = private()
    for name in ("_text", "text", "expose", "__class__", "__dict__"):
        with pytest.raises(AttributeError):
            setattr(value, name, "other")
        with pytest.raises(AttributeError):
            delattr(value, name)
    assert value.expose() == CANARY


def test_a_value_has_no_dict_and_one_way_out() -> None:
    value = private()
    assert not hasattr(value, "__dict__")
    with pytest.raises(TypeError):
        vars(value)
    public = [name for name in dir(value) if not name.startswith("_")]
    assert public == ["expose"]


@pytest.mark.parametrize("wrong", [None, 5, b"Quillon", ["Quillon"], Sensitive("Quillon")])
def test_only_text_is_wrapped_and_the_refusal_quotes_nothing(wrong: Any) -> None:
    with pytest.raises(TypeError) as caught:
        Sensitive(wrong)
    assert finds(str(caught.value)) == []


def test_a_leak_is_a_type_error_so_that_serialisers_pass_it_on() -> None:
    assert issubclass(SensitiveLeak, TypeError)
    assert sys.getsizeof(Sensitive("a")) == sys.getsizeof(Sensitive("a" * 9_000))


def test_the_state_that_picklers_read_is_refused() -> None:
    for state in ("__getstate__", "__reduce__"):
        with pytest.raises(TypeError) as caught:
            getattr(private(), state)()
        assert finds(str(caught.value)) == []

"""A sample without a call makes no agency; the least of a call does."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
from a_sample import made

from pipeline.model import Refused
from pipeline.onboarding.table_sample import headers_alone

ATOM = (
    '<feed xmlns="http://www.w3.org/2005/Atom"><title>Calls</title><id>urn:calls</id>'
    "<updated>2026-06-09T10:00:00Z</updated></feed>"
)
SOAP = '<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body>{}</s:Body></s:Envelope>'
MAIL = (
    "From: cad@elm-bluff.example\nSubject: Calls\nMIME-Version: 1.0\n"
    "Date: Tue, 09 Jun 2026 10:00:00 -0500\n\n"
)
HEADER = "Call Number,Received,Nature,Address"
EMPTY = {
    "headers": HEADER,
    "headers with semicolons": HEADER.replace(",", ";"),
    "headers with bars": HEADER.replace(",", "|"),
    "headers of fixed widths": "Number    Type      Received  Address\n",
    "headers below a title": f"Elm Bluff Police\nCalls of June 9\n{HEADER}\n",
    "headers in a mail": f"{MAIL}{HEADER}\n",
    "a blank row": f"{HEADER}\n,,,\n",
    "a list": "[]",
    "a list in an object": '{"calls": []}',
    "an envelope": '{"meta": {"count": 0, "at": "2026-06-09"}, "data": {"calls": []}}',
    "features": '{"fields": [{"name": "No", "type": "a"}, {"name": "Nature"}], "features": []}',
    "lines": '{"calls": []}\n{"calls": []}\n',
    "an element": '<Calls day="2026-06-09" count="0"/>',
    "an element in another": "<Export><Sent>today</Sent><Calls/></Export>",
    "a feed": ATOM,
    "a channel": '<rss version="2.0"><channel><title>Calls</title><link>/</link></channel></rss>',
    "a body": SOAP.format("<Reply/>"),
}  # fmt: skip


@pytest.mark.parametrize("name", EMPTY)
def test_a_sample_without_a_call_is_refused_and_it_is_said_what_to_do(
    tmp_path: Path, name: str
) -> None:
    with pytest.raises(Refused) as caught:
        made(tmp_path, EMPTY[name].encode())

    assert str(caught.value).startswith("a sample holds no call")
    assert "fetch it again" in str(caught.value)
    assert not (tmp_path / "agencies").exists()


CALL = {"id": "26-000412", "nature": "GAS LEAK", "opened": "2026-06-09T10:00:00Z"}
ONE = {
    "a row": f"{HEADER}\n26-000412,06/09/2026 10:00,GAS LEAK,12 OAK ST\n",
    "an object": json.dumps(CALL),
    "a list of one": json.dumps({"meta": {"count": 1}, "calls": [CALL]}),
    "an element": "<Call><Nature>GAS LEAK</Nature><At>2026-06-09T10:00:00Z</At></Call>",
    "a body": SOAP.format("<Call><No>26-000412</No><Nature>GAS LEAK</Nature></Call>"),
}


@pytest.mark.parametrize("name", ONE)
def test_one_call_is_enough(tmp_path: Path, name: str) -> None:
    assert made(tmp_path, ONE[name].encode()).records == 1


@pytest.mark.parametrize(
    "text",
    ["", "No calls at this time.", "Ilse Marchetti, Oak St, smoke", "26-1,GAS,10:04,12 OAK ST"],
)
def test_a_line_that_names_no_columns_is_no_header(text: str) -> None:
    assert not headers_alone(text)

from __future__ import annotations

import pytest
from lxml import etree

from pipeline.publish.cap_rules import cap_problems

MESSAGE = """<alert xmlns="urn:oasis:names:tc:emergency:cap:1.2">
<identifier>m-2</identifier><sender>alerts@desk.example</sender>
<sent>2026-03-03T15:00:00-06:00</sent><status>Actual</status><msgType>Update</msgType>
<scope>Public</scope>
<references>alerts@desk.example,m-1,2026-03-03T14:00:00-06:00</references>
<info><category>Fire</category><event>Smoke</event><urgency>Unknown</urgency>
<severity>Unknown</severity><certainty>Unknown</certainty>
<expires>2026-03-04T15:00:00-06:00</expires>
<area><areaDesc>Northside</areaDesc><polygon>43,-88 43,-87 44,-87 43,-88</polygon></area></info>
</alert>"""
CANCEL = MESSAGE[: MESSAGE.index("<info>")].replace("Update", "Cancel") + "</alert>"
REFERENCE = "alerts@desk.example,m-1,2026-03-03T14:00:00-06:00"
POLYGON = "43,-88 43,-87 44,-87 43,-88"


def test_no_problem_is_found_in_a_good_update_alert_or_cancel():
    first = MESSAGE.replace("Update", "Alert").replace(f"<references>{REFERENCE}</references>", "")
    for message in (MESSAGE, CANCEL, first):
        assert cap_problems(message.encode()) == ()


def test_a_signature_of_another_namespace_is_no_problem():
    signed = MESSAGE.replace(
        "</alert>", '<Signature xmlns="http://www.w3.org/2000/09/xmldsig#"/></alert>'
    )
    assert cap_problems(signed.encode()) == ()


@pytest.mark.parametrize(
    ("before", "after", "problem"),
    [
        (">m-2<", ">m 2<", "identifier: holds white space, a comma, < or &"),
        (">m-2<", ">m,2<", "identifier: holds white space, a comma, < or &"),
        (">m-2<", ">m&lt;2<", "identifier: holds white space, a comma, < or &"),
        (">m-2<", ">m&amp;2<", "identifier: holds white space, a comma, < or &"),
        (">m-2<", "> <", "identifier: is missing or empty"),
        (">alerts@desk.example<", ">the desk<", "sender: holds white space, a comma, < or &"),
        ("15:00:00-06:00</sent>", "21:00:00Z</sent>", "sent: not a time with a numeric offset"),
        ("15:00:00-06:00</sent>", "15:00:00</sent>", "sent: not a time with a numeric offset"),
        (
            "15:00:00-06:00</sent>",
            "25:00:00-06:00</sent>",
            "sent: not a time with a numeric offset",
        ),
        (
            "15:00:00-06:00</sent>",
            "15:00:00.5-06:00</sent>",
            "sent: not a time with a numeric offset",
        ),
        ("2026-03-04T15", "2026-03-03T15", "expires: not later than sent"),
        ("2026-03-04T15:00:00-06:00", "soon", "expires: not a time with a numeric offset"),
        ("<expires>2026-03-04T15:00:00-06:00</expires>", "", "expires: is missing or empty"),
        (REFERENCE, "", "references: an Update or Cancel names its predecessors"),
        (
            f"<references>{REFERENCE}</references>",
            "",
            "references: an Update or Cancel names its predecessors",
        ),
        (REFERENCE, "m-1", "references: not of the form sender,identifier,sent"),
        (
            REFERENCE,
            REFERENCE.replace("-06:00", "Z"),
            "references: not of the form sender,identifier,sent",
        ),
        (REFERENCE, f"{REFERENCE},x", "references: not of the form sender,identifier,sent"),
        (
            REFERENCE,
            REFERENCE.replace("m-1", ""),
            "references: not of the form sender,identifier,sent",
        ),
        (REFERENCE, REFERENCE.replace("m-1", "m-2"), "references: names itself or a later message"),
        (REFERENCE, REFERENCE.replace("T14", "T16"), "references: names itself or a later message"),
        (POLYGON, "hello", "polygon: fewer than four points"),
        (POLYGON, "hello", "polygon: a point is not latitude,longitude in degrees"),
        (POLYGON, "43,-88 43,-87 43,-88", "polygon: fewer than four points"),
        (POLYGON, "43,-88 43,-87 44,-87 44,-88", "polygon: is not closed"),
        (POLYGON, "-88,143 -87,143 -87,144 -88,143", ""),
        (
            POLYGON,
            "143,-88 143,-87 144,-87 143,-88",
            "polygon: a point is not latitude,longitude in degrees",
        ),
        (
            POLYGON,
            "nan,-88 43,-87 44,-87 nan,-88",
            "polygon: a point is not latitude,longitude in degrees",
        ),
        (
            POLYGON,
            "43,-188 43,-87 44,-87 43,-188",
            "polygon: a point is not latitude,longitude in degrees",
        ),
        ("Actual", "Real", "status: not one of the values CAP knows"),
        ("Update", "Revision", "msgType: not one of the values CAP knows"),
        ("<scope>Public</scope>", "", "scope: is missing or empty"),
        (">Fire<", ">Arson<", "category: not one of the values CAP knows"),
        ("<event>Smoke</event>", "", "event: is missing or empty"),
        ("<event>Smoke</event>", "<event>Smoke</event><secret/>", "info: unknown element"),
        (
            "<urgency>Unknown</urgency>",
            "",
            "urgency: is missing or empty",
        ),
        ("<info>", "<info><event>x</event>", "info: elements are out of order"),
        ("<areaDesc>Northside</areaDesc>", "", "areaDesc: is missing or empty"),
        ("Update", "Cancel", "info: a Cancel says nothing about what it withdraws"),
        ("cap:1.2", "cap:1.1", "root element is not a CAP 1.2 alert"),
        ("</alert>", "", "is not well-formed XML"),
        ("<alert ", "<!DOCTYPE alert><alert ", "has a DOCTYPE"),
    ],
)
def test_problem_is_found(before, after, problem):
    assert MESSAGE.count(before) >= 1
    found = cap_problems(MESSAGE.replace(before, after, 1).encode())
    assert (problem in found) if problem else found == ()


def test_a_message_without_info_must_be_a_cancel():
    assert cap_problems(CANCEL.replace("Cancel", "Update").encode()) == ("info: is missing",)


def test_a_problem_never_quotes_the_message():
    secret = "Quillfeather"
    broken = MESSAGE.replace("m-2", f"{secret} x").replace("Fire", secret).replace(POLYGON, secret)
    found = cap_problems(broken.replace("2026-03-04T15:00:00-06:00", secret).encode())
    assert len(found) >= 4
    assert secret not in "".join(found)


def test_an_entity_is_never_read_from_a_file(tmp_path):
    (tmp_path / "secret").write_text("x")
    doctype = f'<!DOCTYPE a [<!ENTITY e SYSTEM "{(tmp_path / "secret").as_uri()}">]>'
    assert cap_problems((doctype + MESSAGE).encode()) == ("has a DOCTYPE",)


# What the published test messages of another project hold against our rules. CAP makes expires and
# areas optional, and 1.1 is another version; the rest are the errors their names announce.
EXPECTED = {
    "australia.cap": (),
    "canada.cap": (),
    "canada_signed.cap": (),
    "wcatwc-warning.cap": (),
    "canada_errors.cap": ("references: an Update or Cancel names its predecessors",),
    "invalid.cap": ("scope: is missing or empty", "expires: is missing or empty"),
    "xee.cap": ("has a DOCTYPE",),
    "earthquake.cap": ("root element is not a CAP 1.2 alert",),
}


@pytest.mark.shared
@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_rules_agree_with_published_test_messages(name, shared):
    found = cap_problems((shared / "standards/cap/google-testdata" / name).read_bytes())
    assert found == EXPECTED[name]


@pytest.mark.shared
def test_rules_refuse_whatever_the_schema_refuses(shared):
    schema = etree.XMLSchema(etree.parse(shared / "standards/cap/cap12.xsd"))
    files = sorted((shared / "standards/cap/google-testdata").glob("*.cap"))
    assert len(files) >= 10
    for file in files:
        body = file.read_bytes()
        if not cap_problems(body):
            schema.assertValid(etree.fromstring(body))

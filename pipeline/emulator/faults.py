"""Writes the broken payloads that every agency sends now and then.

In: an agency's good payloads. Out: file name -> bytes, at least one fault an agency, each of one
known kind. Every one must be quarantined whole; what is private in them is private elsewhere too.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from pipeline.emulator.render_json import as_json

__all__ = ["faulty_payloads"]

Payloads = Mapping[str, bytes]

_LOGIN_PAGE = (
    b"<!DOCTYPE html>\n<html><head><title>Sign in</title></head>\n"
    b"<body><h1>503 Service Unavailable</h1><p>The export server is being restarted.</p>\n"
    b"</body></html>\n"
)


def faulty_payloads(agency_id: str, good: Payloads) -> dict[str, bytes]:
    """Return the agency's broken payloads.

    Raises:
        KeyError: for an agency that has none.
    """
    return _FAULTS[agency_id](good)


def _juniper_falls(good: Payloads) -> dict[str, bytes]:
    body = max(good.values(), key=len)
    return {
        "133_2026030411000112.xml": body[: len(body) * 2 // 3],
        "134_2026030412000250.xml": _with_doctype(body),
    }


def _cedar_hollow(good: Payloads) -> dict[str, bytes]:
    body = max(good.values(), key=len)
    unknown = body.replace(b"</sc:ServiceCall>", b"<sc:Alias>?</sc:Alias></sc:ServiceCall>", 1)
    return {
        "push_20260304T203007.xml": body[: len(body) // 2],
        "push_20260304T213011.xml": _with_doctype(body),
        "push_20260304T223019.xml": unknown,
    }


def _port_amity(_good: Payloads) -> dict[str, bytes]:
    accented = as_json(
        [
            {
                "cad_number": "PA26-0900",
                "received_datetime": "2026-03-04T09:00:00.000",
                "call_type_original_desc": "PETTY THEFT",
                "intersection_name": "CAFÉ ROW / 1ST",
                "notes": "TIP JAR TAKEN FROM THE CAFÉ COUNTER",
            }
        ]
    )
    return {
        "rows_20260304T1200.json": accented.decode().encode("latin-1"),
        "rows_20260304T1600.json": _LOGIN_PAGE,
    }


def _larkspur_county(good: Payloads) -> dict[str, bytes]:
    body = max(good.values(), key=len)
    error = {"error": {"code": 498, "message": "Invalid token.", "details": []}}
    twice = b'{"spatialReference": {"wkid": 4326}, "features": [], "features": []}\n'
    return {
        "query_20260304T0900.json": body[: len(body) // 3],
        "query_20260304T1200.json": as_json(error),
        "query_20260304T1500.json": twice,
    }


def _millbrook(good: Payloads) -> dict[str, bytes]:
    body = max(good.values(), key=len)
    return {
        "calls_2026-03-04_1200.csv": body.replace(b"Call No", b"Ref", 1),
        "calls_2026-03-04_1800.csv": body.replace(b"Nature,", b"Location,", 1),
    }


def _redwood(good: Payloads) -> dict[str, bytes]:
    body = max(good.values(), key=len)
    return {
        "sa_20260304_0400.xml": body[: len(body) * 3 // 5],
        "sa_20260304_0600.xml": b"",
        "sa_20260304_0800.xml": _LOGIN_PAGE,
    }


def _san_tomas(good: Payloads) -> dict[str, bytes]:
    body = max(good.values(), key=len)
    return {
        "units_202603041600.csv": b"",
        "units_202603042000.csv": body.replace(b"Comments", b"Address", 1),
        "units_202603042200.csv": body.decode().encode("utf-16-be"),
    }


def _with_doctype(body: bytes) -> bytes:
    head, rest = body.split(b"?>", 1)
    name = rest.lstrip()[1:].split(maxsplit=1)[0].decode()
    return head + f'?>\n<!DOCTYPE {name} [<!ENTITY x "y">]>'.encode() + rest


_FAULTS: Mapping[str, Callable[[Payloads], dict[str, bytes]]] = {
    "cedar-hollow-fire": _cedar_hollow,
    "juniper-falls-pd": _juniper_falls,
    "larkspur-county-fire": _larkspur_county,
    "millbrook-pd": _millbrook,
    "port-amity-pd": _port_amity,
    "redwood-highway-patrol": _redwood,
    "san-tomas-ems": _san_tomas,
}

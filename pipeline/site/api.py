"""Renders the public API: static JSON, and the OpenAPI document that describes it.

In go alerts, retractions and :class:`~pipeline.site.facts.Whole`; out come files under ``api/``.
Each document is one of the records below, whose schemas the description is generated from. It must
never hold a fact that a page does not show; a withdrawn alert is an id and a moment.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

import orjson
from pydantic import TypeAdapter

from pipeline.model import Alert, AlertId, Retraction
from pipeline.publish import PublicFile
from pipeline.publish.channel import moment, plain, url
from pipeline.publish.shape import geometry
from pipeline.site.api_records import (
    DOCUMENTS,
    ApiAgencies,
    ApiAgency,
    ApiAlert,
    ApiAlerts,
    ApiArea,
    ApiAreas,
    ApiCategories,
    ApiCategory,
    ApiChange,
    ApiChanges,
    ApiDays,
    ApiPolicies,
    ApiPolicy,
)
from pipeline.site.facts import Partner, Whole
from pipeline.site.kinds import KIND_OF
from pipeline.site.words import LANGUAGES, tongue

__all__ = [
    "NEWEST",
    "alerts_file",
    "changes_file",
    "day_file",
    "day_path",
    "days_file",
    "kept_day",
    "openapi",
    "standing_files",
]

_KEPT_DAYS = 30

NEWEST = 500
"""So many live alerts, and so many changes, are in one file."""


def alerts_file(whole: Whole, live: Sequence[Alert]) -> PublicFile:
    """Return the newest live alerts."""
    found = ApiAlerts(
        about="The newest live alerts. Reports, not confirmed accounts.",
        day=None,
        alerts=[_alert(whole, each) for each in live[:NEWEST]],
    )
    return _file("api/v1/alerts.json", found)


def day_path(day: str) -> str:
    """Return the path of a day's file; ``day`` is written 2026-03-03."""
    return f"api/v1/days/{day}.json"


def day_file(whole: Whole, day: str, alerts: Sequence[Alert]) -> PublicFile:
    """Return the alerts first told on a day that are live or listed, oldest first."""
    ordered = sorted(alerts, key=lambda each: (each.first_sent, each.alert_id))
    found = ApiAlerts(
        about="Alerts first told on this day (UTC). Reports, not confirmed accounts.",
        day=day,
        alerts=[_alert(whole, each) for each in ordered],
    )
    return _file(day_path(day), found)


def kept_day(day: date, at: datetime) -> bool:
    """Return whether a day has a file: it is over, and nothing of it was listed for 30 days."""
    return timedelta(days=1) <= at.astimezone(UTC).date() - day < timedelta(days=_KEPT_DAYS)


def days_file(days: Sequence[str]) -> PublicFile:
    """Return the list of days there are files of."""
    return _file("api/v1/days.json", ApiDays(days=sorted(days, reverse=True)))


def changes_file(
    whole: Whole, alerts: Sequence[Alert], retractions: Sequence[Retraction], at: datetime
) -> PublicFile:
    """Return the newest change of each of these alerts."""
    rows = [_change(whole, a.alert_id, a.version, _what(a, at), _when(a, at)) for a in alerts]
    rows += [
        _change(whole, each.alert_id, len(each.previous) + 1, "retracted", each.sent)
        for each in retractions
    ]
    rows.sort(key=lambda row: (row.date_modified, row.id), reverse=True)
    found = ApiChanges(
        version="https://jsonfeed.org/version/1.1",
        title=whole.site.title,
        home_page_url=url(whole.site),
        feed_url=url(whole.site, "api/v1/changes.json"),
        items=rows[:NEWEST],
    )
    return _file("api/v1/changes.json", found)


def standing_files(whole: Whole) -> Iterator[PublicFile]:
    """Yield what no alert changes: areas, agencies, categories, policies, and the description."""
    partners = sorted(whole.partners.values(), key=lambda each: each.agency_id)
    areas = [
        ApiArea(
            agency=each.agency_id,
            id=area.area_id,
            name=area.name,
            url=url(whole.site, f"area/{each.agency_id}/{area.area_id}/"),
            shapes=url(whole.site, _shapes(each)),
        )
        for each in partners
        for area in each.areas
    ]
    yield _file("api/v1/areas.json", ApiAreas(areas=areas))
    for each in partners:
        yield _shapes_file(each)
    agencies = [_agency(whole, each) for each in partners]
    yield _file("api/v1/agencies.json", ApiAgencies(agencies=agencies))
    yield _file("api/v1/categories.json", _categories(whole))
    policies = [
        ApiPolicy(
            version=each.version,
            in_force=each is whole.policy,
            url=url(whole.site, f"policy/{each.version}.html"),
        )
        for each in whole.policies[::-1]
    ]
    yield _file("api/v1/policies.json", ApiPolicies(policies=policies))
    body = orjson.dumps(openapi(whole), option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)
    yield PublicFile(path="api/openapi.json", body=body)


def openapi(whole: Whole) -> dict[str, object]:
    """Return the OpenAPI 3.1 document; its schemas come from the records of this module."""
    schemas: dict[str, object] = {}
    for _, record in DOCUMENTS.values():
        schema = TypeAdapter(record).json_schema(ref_template="#/components/schemas/{model}")
        schemas |= schema.pop("$defs", {})
        schemas[record.__name__] = schema
    return {
        "openapi": "3.1.0",
        "info": {
            "title": whole.site.title,
            "version": "1",
            "description": "Static files, the same for everyone. No key, no sign-up.",
            "license": {"name": "CC0 1.0", "identifier": "CC0-1.0"},
        },
        "servers": [{"url": url(whole.site).rstrip("/")}],
        "paths": {path: _path(path, *about) for path, about in DOCUMENTS.items()},
        "components": {"schemas": dict(sorted(schemas.items()))},
    }


def _path(path: str, summary: str, record: type[Any]) -> dict[str, object]:
    reference = {"$ref": f"#/components/schemas/{record.__name__}"}
    operation: dict[str, object] = {
        "operationId": path.removeprefix("/api/v1/").removesuffix(".json").replace("/{day}", "One"),
        "summary": summary,
        "responses": {
            "200": {
                "description": (record.__doc__ or "").partition("\n")[0],
                "content": {"application/json": {"schema": reference}},
            },
            "304": {"description": "Not changed since the ETag that was asked with."},
        },
    }
    if "{day}" in path:
        operation["parameters"] = [
            {
                "name": "day",
                "in": "path",
                "required": True,
                "schema": {"type": "string", "format": "date"},
            }
        ]
        operation["responses"] |= {"404": {"description": "No such day, or not over."}}  # type: ignore[operator]
    return {"get": operation}


def _alert(whole: Whole, alert: Alert) -> ApiAlert:
    alert = plain(alert)
    facts = alert.facts
    return ApiAlert(
        id=alert.alert_id,
        version=alert.version,
        category=facts.category.value,
        label=facts.label,
        headline=facts.headline,
        text=facts.text,
        agency=alert.agency_id,
        agency_name=alert.agency_name,
        area=facts.area.area_id,
        area_name=facts.area.name,
        earliest=moment(facts.earliest),
        latest=moment(facts.latest),
        sent=moment(alert.first_sent),
        updated=moment(alert.sent),
        expires=moment(alert.expires),
        url=url(whole.site, f"alert/{alert.alert_id}.html"),
    )


def _what(alert: Alert, at: datetime) -> str:
    if alert.expires <= at:
        return "over"
    return "reported" if alert.version == 1 else "updated"


def _when(alert: Alert, at: datetime) -> datetime:
    return alert.expires if alert.expires <= at else alert.sent


def _change(whole: Whole, alert_id: AlertId, version: int, what: str, when: datetime) -> ApiChange:
    return ApiChange(
        id=f"{alert_id}-{version}-{what}",
        url=url(whole.site, f"alert/{alert_id}.html"),
        title=f"{what}: {alert_id}",
        content_text=what,
        date_modified=moment(when),
        alert=alert_id,
        alert_version=version,
        change=what,
    )


def _agency(whole: Whole, each: Partner) -> ApiAgency:
    return ApiAgency(
        id=each.agency_id,
        name=each.name,
        place=each.place,
        state=each.state,
        kind=each.kind,
        standing=each.standing.value,
        joined=each.joined.isoformat(),
        left=None if each.left is None else each.left.isoformat(),
        agreement=each.terms_version,
        agreement_expires=each.expires.isoformat(),
        consideration=each.consideration,
        fields=list(each.fields),
        categories=[category.value for category in each.categories],
        timezone=each.timezone,
        url=url(whole.site, f"partners/{each.agency_id}.html"),
    )


def _categories(whole: Whole) -> ApiCategories:
    found = []
    for category, rule in whole.policy.categories.items():
        terms = rule.public
        found.append(
            ApiCategory(
                id=category.value,
                kind=KIND_OF[category],
                labels={code: tongue(code).say(rule.label) for code in LANGUAGES},
                told=terms is not None,
                delay=None if terms is None else int(terms.delay.total_seconds() // 60),
                time_shown=None if terms is None else int(terms.time_floor.total_seconds() // 60),
                live=None if terms is None else int(terms.live.total_seconds() // 60),
                editors=rule.approvals,
                basis=rule.basis,
            )
        )
    return ApiCategories(policy=whole.policy.version, categories=found)


def _shapes(partner: Partner) -> str:
    return f"api/v1/areas/{partner.agency_id}.geojson"


def _shapes_file(partner: Partner) -> PublicFile:
    features = [
        {
            "type": "Feature",
            "id": area.area_id,
            "geometry": geometry(area),
            "properties": {"id": area.area_id, "name": area.name, "agency": partner.agency_id},
        }
        for area in partner.areas
    ]
    collection = {"type": "FeatureCollection", "title": partner.name, "features": features}
    body = orjson.dumps(collection, option=orjson.OPT_APPEND_NEWLINE)
    return PublicFile(path=_shapes(partner), body=body)


def _file(path: str, content: object) -> PublicFile:
    return PublicFile(path=path, body=orjson.dumps(content, option=orjson.OPT_APPEND_NEWLINE))

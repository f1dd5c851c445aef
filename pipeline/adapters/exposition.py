"""Shows figures as Prometheus metrics, in its text format.

In go :class:`~pipeline.model.figures.Figures`, out come metric families of the prometheus-client
library. Labels are ids of agencies, states, tiers, channels, classes and scopes, each held to a
plain pattern: whatever does not fit it is shown as ``other``. No label or help text may ever come
from a feed. ``METRICS`` is the whole list; the dashboard and the alert rules are tested against it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.registry import Collector

from pipeline.model import Figures

__all__ = ["CONTENT_TYPE", "METRICS", "exposed", "families"]

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"

_PLAIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")

METRICS: Mapping[str, tuple[tuple[str, ...], str]] = {
    "blotter_records": (("agency", "state"), "Records received, by the state they stand in."),
    "blotter_ledger_difference": (("agency",), "Received less the sum of all states; 0 balances."),
    "blotter_payloads": (("agency", "state"), "Payload bodies, by state."),
    "blotter_payloads_redelivered": (("agency",), "Bodies that came again, byte for byte."),
    "blotter_walk_lag_seconds": (("agency",), "Age of the oldest payload not wholly walked."),
    "blotter_looks_total": (("agency",), "Looks at the feed."),
    "blotter_look_failures_total": (("agency",), "Looks at the feed that failed."),
    "blotter_look_age_seconds": (("agency",), "Since the feed was last looked at."),
    "blotter_landed_age_seconds": (("agency",), "Since the feed last brought something new."),
    "blotter_every_seconds": (("agency",), "How often the feed is to be looked at."),
    "blotter_agency_stopped": (("agency",), "1 while its agreement does not cover today."),
    "blotter_agency_paused": (("agency",), "1 while it is over its leak budget."),
    "blotter_agency_off": (("agency",), "1 while a person switched its feed off."),
    "blotter_agency_broken": (("agency",), "1 while its agency.yml cannot be read."),
    "blotter_candidates": (("state", "tier"), "Open candidates on the desk."),
    "blotter_oldest_pending_seconds": ((), "Age of the candidate that waits longest."),
    "blotter_alerts_live": ((), "Alerts the public is told now."),
    "blotter_files_due": ((), "Versions of alerts due in the public files."),
    "blotter_files_due_seconds": ((), "Since when the oldest of them is due."),
    "blotter_withdrawals_due": ((), "Retractions some channel does not tell yet."),
    "blotter_withdrawals_due_seconds": ((), "Since when the oldest of them is due."),
    "blotter_sendings": (("channel", "state"), "Messages to receivers, by state; mails in tens."),
    "blotter_log_entries": ((), "Entries of the log."),
    "blotter_log_sealed": ((), "Entries under a signed head."),
    "blotter_unsealed_seconds": ((), "Age of the oldest entry under no signed head."),
    "blotter_retention_due": (("class",), "Private texts past their time and not destroyed."),
    "blotter_retention_due_seconds": ((), "Since when the oldest of them is due."),
    "blotter_retention_kept": (("class",), "Private texts whose key is alive."),
    "blotter_backup_due_seconds": ((), "Since when the next nightly backup is due."),
    "blotter_switches_off": (("scope",), "Switches a person turned off."),
}
"""Every metric: its labels and what it tells. Names are never changed."""

Put = Callable[..., None]


def families(now: Figures) -> Iterator[GaugeMetricFamily | CounterMetricFamily]:
    """Yield every family of ``METRICS``, in its order, with the samples there are."""
    found: dict[str, GaugeMetricFamily | CounterMetricFamily] = {}
    for name, (labels, text) in METRICS.items():
        make = CounterMetricFamily if name.endswith("_total") else GaugeMetricFamily
        found[name] = make(name, text, labels=labels)

    def put(name: str, value: float, *labels: str) -> None:
        found[name].add_metric([_label(each) for each in labels], value)

    _put_agencies(now, put)
    _put_desk(now, put)
    _put_log(now, put)
    yield from found.values()


def exposed(now: Figures) -> bytes:
    """Return the figures in Prometheus's text format."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Shown(now))
    return generate_latest(registry)


class _Shown(Collector):
    """What the library wants to ask."""

    def __init__(self, now: Figures) -> None:
        self._now = now

    def collect(self) -> Iterator[GaugeMetricFamily | CounterMetricFamily]:
        return families(self._now)


def _label(text: str) -> str:
    return text if _PLAIN.fullmatch(text) else "other"


def _put_agencies(now: Figures, put: Put) -> None:
    for each in now.agencies:
        name = each.agency_id
        for state, number in each.records.items():
            put("blotter_records", number, name, state.value)
        for kind, number in each.payloads.items():
            put("blotter_payloads", number, name, kind)
        put("blotter_ledger_difference", each.difference, name)
        put("blotter_payloads_redelivered", each.redelivered, name)
        put("blotter_walk_lag_seconds", now.age(each.oldest_waiting), name)
        put("blotter_looks_total", each.looks, name)
        put("blotter_look_failures_total", each.failures, name)
        if each.last_look is not None:
            put("blotter_look_age_seconds", now.age(each.last_look), name)
        if each.last_landed is not None:
            put("blotter_landed_age_seconds", now.age(each.last_landed), name)
        if each.every is not None:
            put("blotter_every_seconds", each.every.total_seconds(), name)
        put("blotter_agency_stopped", each.stopped, name)
        put("blotter_agency_paused", each.paused, name)
        put("blotter_agency_off", each.off, name)
        put("blotter_agency_broken", each.broken, name)


def _put_desk(now: Figures, put: Put) -> None:
    for (state, tier), number in now.queue.items():
        put("blotter_candidates", number, state, tier)
    put("blotter_oldest_pending_seconds", now.age(now.oldest_pending))
    put("blotter_alerts_live", now.live)
    put("blotter_files_due", now.files_due)
    put("blotter_files_due_seconds", now.age(now.oldest_file_due))
    put("blotter_withdrawals_due", now.withdrawals_due)
    put("blotter_withdrawals_due_seconds", now.age(now.oldest_withdrawal))
    for (channel, state), number in now.sendings.items():
        put("blotter_sendings", number, channel, state)


def _put_log(now: Figures, put: Put) -> None:
    put("blotter_log_entries", now.log_size)
    put("blotter_log_sealed", now.sealed)
    put("blotter_unsealed_seconds", now.age(now.oldest_unsealed))
    for kind, number in now.retention_due.items():
        put("blotter_retention_due", number, kind)
    put("blotter_retention_due_seconds", now.age(now.oldest_retention_due))
    put("blotter_backup_due_seconds", now.age(now.backup_due))
    for kind, number in now.kept.items():
        put("blotter_retention_kept", number, kind)
    for scope, number in now.switches.items():
        put("blotter_switches_off", number, scope)

from __future__ import annotations

import gzip
import json
import time
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from elm_bluff import (
    Line,
    call,
    published,
)

from pipeline.adapters.store import open_store
from pipeline.adapters.store.audit_log import read_log
from pipeline.audit.reveals import RevealCode, RevealRole
from pipeline.model import (
    VaultFailure,
)
from pipeline.usecases.expire import expire_due
from pipeline.usecases.publish import publish_due
from pipeline.usecases.queue import (
    quarantine_list,
)
from pipeline.usecases.reveal import reveal_payload


def test_shredded_payloads_cannot_be_read_and_the_ledger_still_balances(line: Line) -> None:
    line.deliver("a.csv", [call("1")])
    line.deliver_bytes("b.csv", b"")
    line.run()
    ((payload, _, _),) = quarantine_list(line.settings, now=line.at)
    after = line.later(60 * 73)
    report = expire_due(line.settings, now=after.at)
    assert (report.shredded, report.memories, report.too_old) == (2, 1, 1)
    with pytest.raises(VaultFailure, match="shredded"):
        reveal_payload(
            line.settings,
            payload.payload_id,
            person="Ida Okwu",
            role=RevealRole.ENGINEER,
            code=RevealCode.FEED_FAULT,
            reason="mend the feed",
            now=after.at,
        )
    assert [p for p in Path(line.settings.vault).rglob("*") if p.is_file()] == []
    assert after.states() == {"withheld": 1, "quarantined": 1}


def test_a_sensitive_incident_stays_sensitive_after_its_memory_is_shredded(line: Line) -> None:
    line.deliver("a.csv", [call("1", notes="her husband hit her")])
    line.run()
    after = line.later(60 * 73)
    expire_due(line.settings, now=after.at)
    after.deliver("b.csv", [call("1", notes="fire is out")])
    after.run()
    assert after.pending() == []
    assert after.states() == {"withheld": 2}


def test_alerts_end_after_their_lifetime(line: Line) -> None:
    line.deliver("a.csv", [call("1")])
    line.run()
    published(line)
    after = line.later(60 * 49)
    assert expire_due(line.settings, now=after.at).alerts == 1
    publish_due(line.settings, now=after.at)
    # Listed for thirty days in files of its own, which say that nobody is to index them, on the
    # site's lists and in the file of its day: in no feed.
    holding = [p for p in line.settings.public.rglob("*") if p.is_file() and _told(p)]
    assert {p.suffix for p in holding} == {".json", ".html"}
    own = [p for p in holding if p.parent.name == "alert"]
    assert len(own) == 1 + 1  # in English; the Spanish page says it in its own words
    assert all(b"noindex" in p.read_bytes() for p in own if p.suffix == ".html")
    assert not [p for p in holding if p.name.startswith("alerts.")]
    (listed,) = (p for p in own if p.suffix == ".json")
    content = json.loads(listed.read_bytes())
    assert (content["state"], content["index"]) == ("listed", False)
    assert after.states() == {"published": 1}
    much_later = line.later(60 * 24 * 31)
    assert expire_due(line.settings, now=much_later.at).counted == 1
    publish_due(line.settings, now=much_later.at)
    assert not [p for p in line.settings.public.rglob("*") if p.is_file() and _told(p)]
    assert much_later.states() == {"published": 1}


def _told(path: Path) -> bool:
    body = path.read_bytes()
    return b"in North Side" in (gzip.decompress(body) if path.suffix == ".gz" else body)


def test_orphaned_vault_objects_are_swept(sqlite_line: Line) -> None:
    line = sqlite_line
    line.deliver("a.csv", [call("1")])
    line.run()
    (only,) = [p for p in Path(line.settings.vault).rglob("*") if p.is_file()]
    orphan = only.with_name(only.name[:-1] + ("0" if only.name[-1] != "0" else "1"))
    orphan.write_bytes(only.read_bytes())
    present = datetime.fromtimestamp(time.time(), UTC)
    assert expire_due(line.settings, now=present).orphans == 0
    assert expire_due(line.settings, now=present + timedelta(hours=2)).orphans == 1
    assert not orphan.exists()


def test_the_end_of_an_alert_and_of_memories_is_in_the_log(line: Line) -> None:
    line.deliver("a.csv", [call("1")])
    line.run()
    alert_id = published(line)
    expire_due(line.settings, now=line.later(60 * 73).at)
    with closing(open_store(line.settings.database_url)) as store, store.read() as tx:
        lines = [text.decode() for _, text in read_log(tx)]
    assert any('"kind":"expiry"' in text and alert_id in text for text in lines)
    assert sum('"kind":"shred"' in text for text in lines) == 2

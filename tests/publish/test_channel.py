"""What every channel must do alike."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from dataclasses import replace
from datetime import timedelta
from fnmatch import fnmatchcase

import pytest

import pipeline.publish
from pipeline.model import Area, ConfigError, Refused
from pipeline.publish import CHANNELS, FORMATS, Site
from pipeline.publish.channel import host, last_change, live, moment, url, withdrawn


def test_channels_and_formats_are_exactly_the_modules_of_the_folder_that_render():
    modules = {
        info.name: importlib.import_module(f"pipeline.publish.{info.name}")
        for info in pkgutil.iter_modules(pipeline.publish.__path__)
    }
    rendering = {name: module for name, module in modules.items() if hasattr(module, "render")}
    formats = {name: each for name, each in rendering.items() if hasattr(each, "PATHS")}
    channels = {name: each for name, each in rendering.items() if hasattr(each, "retract")}
    assert dict(FORMATS) == formats
    assert dict(CHANNELS) == channels
    assert formats.keys() | channels.keys() == rendering.keys()
    assert formats.keys() & channels.keys() == set()
    assert len(formats) >= 7
    assert len(channels) >= 4


@pytest.mark.parametrize("name", sorted(CHANNELS))
def test_a_channel_tells_of_a_retraction_nothing_but_its_number(
    name, make_alert, make_retraction, site
):
    alert = make_alert(
        text="Zebra crossing",
        headline="Okapi seen",
        label="Tapir",
        area=Area(area_id="quagga", name="Quagga Hill", polygons=()),
    )
    before = b"".join(part.body for part in CHANNELS[name].render(alert, site=site))
    after = b"".join(
        part.body for part in CHANNELS[name].retract(make_retraction(alert), site=site)
    )
    assert before
    assert after
    for word in (b"Zebra", b"Okapi", b"Tapir", b"Quagga", b"quagga"):
        assert word not in after
    if name != "websub":
        assert b"q7Jx2" in after


@pytest.mark.parametrize("name", sorted(FORMATS))
def test_channel_renders_only_paths_it_owns_and_no_other_channel_does(
    name, render, make_alert, make_retraction
):
    paths = render([make_alert("a")], [make_retraction(make_alert("b"))], only=name)
    assert paths
    for path in paths:
        owners = [other for other in FORMATS if fnmatchcase(path, FORMATS[other].PATHS)]
        assert owners == [name]


@pytest.mark.parametrize("name", sorted(FORMATS))
def test_channel_gives_the_same_bytes_whatever_the_order_of_the_input(
    name, render, make_alert, make_retraction, at
):
    alerts = [make_alert(f"a{n}", sent=at - timedelta(minutes=n % 3)) for n in range(6)]
    retractions = [make_retraction(make_alert(f"r{n}")) for n in range(4)]
    once = render(alerts, retractions, only=name)
    again = render(alerts[::-1], retractions[::-1], only=name)
    assert list(once.items()) == list(again.items())


@pytest.mark.parametrize("name", sorted(FORMATS))
def test_channel_ignores_the_moment_while_nothing_expires(name, render, make_alert, at):
    alerts = [make_alert("a"), make_alert("b")]
    assert render(alerts, only=name) == render(alerts, only=name, at=at + timedelta(hours=1))


@pytest.mark.parametrize("name", sorted(set(FORMATS) - {"detail"}))
def test_channel_drops_an_alert_at_the_moment_it_expires(name, render, make_alert, at):
    alert = make_alert(text="Zebra crossing", lifetime=timedelta(hours=1))
    before = render([alert], only=name, at=at + timedelta(minutes=59))
    after = render([alert], only=name, at=at + timedelta(hours=1))
    assert b"Zebra" in b"".join(before.values())
    assert b"Zebra" not in b"".join(after.values())


@pytest.mark.parametrize("name", sorted(FORMATS))
def test_channel_shows_the_newest_version_only(name, render, make_alert):
    old, new = make_alert(version=1, text="Older words"), make_alert(version=2, text="Newer words")
    body = b"".join(render([new, old], only=name).values())
    assert b"Newer words" in body
    assert b"Older words" not in body


@pytest.mark.parametrize("name", sorted(FORMATS))
def test_channel_believes_the_retraction_when_the_alert_is_passed_too(
    name, render, make_alert, make_retraction
):
    alert = make_alert(text="Zebra crossing")
    body = b"".join(render([alert], [make_retraction(alert)], only=name).values())
    assert b"Zebra" not in body
    assert alert.alert_id.encode() in body


@pytest.mark.parametrize("name", sorted(FORMATS))
@pytest.mark.parametrize("bad", ["", "../up", "a b", "a,b", "a/b", "a.b", "x" * 65, "é", "a\n"])
def test_channel_refuses_an_id_that_is_no_public_id(name, bad, render, make_alert, make_retraction):
    with pytest.raises(Refused):
        render([make_alert(bad)], only=name)
    with pytest.raises(Refused):
        render([], [make_retraction(make_alert(bad))], only=name)


@pytest.mark.parametrize("name", sorted(FORMATS))
def test_channel_refuses_an_update_that_forgets_an_earlier_version(name, render, make_alert):
    with pytest.raises(Refused):
        render([replace(make_alert(version=3), previous=())], only=name)


@pytest.mark.parametrize("name", sorted(FORMATS))
def test_channel_refuses_a_retraction_of_nothing(name, render, make_alert, make_retraction):
    with pytest.raises(Refused):
        render([], [replace(make_retraction(make_alert()), previous=())], only=name)


@pytest.mark.parametrize("name", sorted(FORMATS))
def test_channel_reads_no_clock_and_draws_no_random_number(name):
    source = inspect.getsource(FORMATS[name])
    assert "def render" in source
    for word in (".now(", "utcnow", "time.time", "random", "secrets", "uuid", "open("):
        assert word not in source


def test_live_puts_the_newest_first_and_ties_by_id(make_alert, at):
    alerts = [make_alert("b"), make_alert("c", sent=at + timedelta(minutes=1)), make_alert("a")]
    assert [alert.alert_id for alert in live(alerts, [], at)] == ["c", "a", "b"]


def test_live_falls_back_to_the_label_when_nothing_is_left_of_a_headline(make_alert, at):
    (alert,) = live([make_alert(headline="\x00\u2028")], [], at)
    assert alert.facts.headline == "Structure fire"


def test_withdrawn_keeps_one_retraction_of_an_alert(make_alert, make_retraction, at):
    alert = make_alert()
    late = make_retraction(alert, sent=at + timedelta(hours=1))
    assert withdrawn([late, make_retraction(alert)]) == [late]


def test_last_change_counts_publication_retraction_and_expiry(make_alert, make_retraction, at):
    alert = make_alert(lifetime=timedelta(hours=1))
    assert last_change([], [], at) == at
    assert last_change([alert], [], at) == alert.sent
    assert last_change([alert], [], at + timedelta(hours=2)) == alert.expires
    retraction = make_retraction(make_alert("b"))
    assert last_change([alert], [retraction], at + timedelta(minutes=9)) == retraction.sent


def test_moment_refuses_a_time_without_a_zone(at):
    with pytest.raises(Refused):
        moment(at.replace(tzinfo=None))


@pytest.mark.parametrize(
    "base_url", ["", "alerts.example", "https://", "https://[::1", "https://a b/", "https://[::1]/"]
)
def test_host_wants_a_full_address(base_url):
    with pytest.raises(ConfigError, match=r"https://alerts\.example/"):
        host(Site(title="t", base_url=base_url, author="a"))


def test_url_joins_with_one_slash():
    for base_url in ("http://localhost:8080", "http://localhost:8080/"):
        site = Site(title="t", base_url=base_url, author="a")
        assert url(site, "alerts.atom") == "http://localhost:8080/alerts.atom"

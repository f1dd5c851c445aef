"""After a retraction nothing of the alert's words is left anywhere in public."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.model import Area

# Letters that occur nowhere in a channel's own words, so that a hit is the alert's.
WORDS = st.text("ßЖ漢ΩÞ", min_size=6, max_size=24)


@st.composite
def states(draw):
    """Draw per alert: its own words for headline, text, label and area, and if it is retracted."""
    count = draw(st.integers(1, 8))
    words = draw(st.lists(WORDS, min_size=4 * count, max_size=4 * count, unique=True))
    gone = draw(st.lists(st.booleans(), min_size=count, max_size=count))
    versions = draw(st.lists(st.integers(1, 4), min_size=count, max_size=count))
    groups = [tuple(f"{n}№{word}" for word in words[4 * n : 4 * n + 4]) for n in range(count)]
    return list(zip(groups, versions, gone, strict=True))


@settings(max_examples=100)
@given(states())
def test_nothing_of_a_retracted_alert_is_left_in_any_file(
    render, make_alert, make_retraction, state
):
    alerts = [
        make_alert(
            f"id{n}",
            version=version,
            headline=headline,
            text=text,
            label=label,
            area=Area(area_id="n", name=area, polygons=()),
        )
        for n, ((headline, text, label, area), version, _) in enumerate(state)
    ]
    before = b"".join(render(alerts).values())
    gone = [alert for alert, (_, _, is_gone) in zip(alerts, state, strict=True) if is_gone]
    kept = [alert for alert in alerts if alert not in gone]
    retractions = [make_retraction(alert) for alert in gone]
    for passed in (kept, alerts):
        files = render(passed, retractions)
        after = b"".join(files.values())
        for words, _, is_gone in state:
            for word in words:
                assert word.encode() in before
                assert (word.encode() in after) is not is_gone
        for alert in gone:
            assert alert.alert_id.encode() in files["alerts.geojson"]
            assert f'/{alert.alert_id}"'.encode() in files["alerts.atom"]
            assert b">Cancel<" in files[f"cap/{alert.alert_id}.xml"]


def test_a_retraction_stays_after_the_alert_would_have_expired(
    render, make_alert, make_retraction, at
):
    alert = make_alert(lifetime=timedelta(hours=1))
    files = render([alert], [make_retraction(alert)], at=at + timedelta(days=3))
    for body in files.values():
        assert alert.alert_id.encode() in body

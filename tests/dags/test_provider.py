"""The provider as Airflow finds it: its connection type, the form, and what the hook gives."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from pipeline.adapters.connections import from_environment

pytestmark = pytest.mark.airflow

ROOT = Path(__file__).resolve().parents[2]
KEY = "-----BEGIN OPENSSH PRIVATE KEY-----\ninvented\n-----END OPENSSH PRIVATE KEY-----\n"
CONNECTIONS = {
    "AIRFLOW_CONN_OURS": json.dumps(
        {
            "conn_type": "blotter_feed",
            "login": "larkspur",
            "password": "word-of-ours",
            "extra": {"private_key": KEY},
        }
    ),
    "AIRFLOW_CONN_TOKEN": json.dumps({"conn_type": "blotter_feed", "password": "token-alone"}),
    "AIRFLOW_CONN_OLDER": json.dumps({"conn_type": "http", "password": "older-word"}),
    "AIRFLOW_CONN_AS_URI": "sftp://walker:uri-word@localhost",
}
NAMES = ("ours", "token", "older", "as_uri")


@pytest.fixture(scope="module", params=["wheel", "editable"])
def installed(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> str:
    """What an installation puts on the path: of the wheel, or of a checkout for development."""
    folder = tmp_path_factory.mktemp(request.param)
    code = f"from hatchling.build import build_{request.param} as build; build({str(folder)!r})"
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True, capture_output=True)
    (wheel,) = folder.glob("*.whl")
    with zipfile.ZipFile(wheel) as packed:
        packed.extractall(folder / "site")
    lines = [
        line for path in (folder / "site").glob("*.pth") for line in path.read_text().splitlines()
    ]
    return os.pathsep.join([str(folder / "site"), *lines])


@pytest.fixture(scope="module")
def found(
    installed: str, run_inside: Callable[..., Any], tmp_path_factory: pytest.TempPathFactory
) -> Mapping[str, Any]:
    answer: Mapping[str, Any] = run_inside(
        tmp_path_factory.mktemp("provider"),
        "provider.py",
        *NAMES,
        PYTHONPATH=installed,
        **CONNECTIONS,
    )
    return answer


def test_airflow_finds_the_provider_in_a_wheel_and_in_a_checkout(
    found: Mapping[str, Any], installed: str
) -> None:
    assert found["version"]
    assert any(found["module"].startswith(place) for place in installed.split(os.pathsep))


def test_the_form_asks_for_what_a_feed_needs_and_no_more(found: Mapping[str, Any]) -> None:
    assert found["name"] == "Dispatch feed (Blotter)"
    assert set(found["behaviour"]["hidden_fields"]) == {"host", "port", "schema", "extra"}
    assert found["behaviour"]["relabeling"] == {"login": "User", "password": "Password or token"}
    assert set(found["behaviour"]["placeholders"]) == {"login", "password"}
    ((schema, _),) = found["fields"].values()
    assert list(found["fields"]) == ["extra__blotter_feed__private_key"]
    assert schema["format"] == "multiline"
    # The form is drawn in the web server, which needs no hook for it.
    assert found["loaded_for_the_form"] is False


def test_the_hook_gives_what_the_command_line_reads_of_any_type(found: Mapping[str, Any]) -> None:
    look_up = from_environment(CONNECTIONS)
    for name in NAMES:
        wanted = look_up(name)
        assert wanted is not None
        given = found["given"][name]
        assert (given["login"], given["secret"], given["key"]) == (
            wanted.login,
            wanted.secret,
            wanted.private_key,
        )
    assert found["given"]["ours"]["key"] == KEY
    assert found["given"]["ours"]["hook"] == "DispatchFeedHook"


def test_no_secret_is_logged_or_shown(found: Mapping[str, Any]) -> None:
    secrets = ("word-of-ours", "token-alone", "older-word", "uri-word", "invented")
    shown = [given["shown"] for given in found["given"].values()]
    assert found["said"]  # the test listens
    told = "\n".join([*shown, *found["said"]])
    assert [secret for secret in secrets if secret in told] == []

"""The chart, rendered by Go's own templates: objects that fit together, and commands that exist."""

from __future__ import annotations

import copy
import json
import os
import shutil
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
CHART = ROOT / "deploy/helm/blotter"
VALUES: Mapping[str, Any] = yaml.safe_load((CHART / "values.yaml").read_text())
ENTRYPOINT = ROOT / "deploy/entrypoint"
Objects = Sequence[Mapping[str, Any]]


@pytest.fixture(scope="module")
def renderer(tmp_path_factory: pytest.TempPathFactory) -> Path:
    go = shutil.which("go")
    if go is None:
        pytest.skip("Go is absent: apt-get install golang-go")
    folder = tmp_path_factory.mktemp("render")
    environment = {**os.environ, "GO111MODULE": "off", "GOFLAGS": "", "GOCACHE": str(folder / "c")}
    source = Path(__file__).with_name("render.go")
    command = [go, "build", "-o", str(folder / "render"), str(source)]
    subprocess.run(command, env=environment, check=True, timeout=300)
    return folder / "render"


def rendered(renderer: Path, values: Mapping[str, Any] = VALUES) -> Objects:
    paths = sorted(map(str, (CHART / "templates").iterdir()))
    assert len(paths) > 1
    given = json.dumps({"Values": values, "Release": {"Name": "town"}})
    done = subprocess.run(
        [str(renderer), *paths], input=given, capture_output=True, text=True, check=True
    )
    return [each for each in yaml.safe_load_all(done.stdout) if each]


def pods(objects: Objects) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for each in objects:
        if "template" in each["spec"]:
            yield each["metadata"]["name"], each["spec"]["template"]


def test_each_part_is_rendered_once_with_a_service_that_finds_it(renderer: Path) -> None:
    objects = rendered(renderer)
    names = [(each["kind"], each["metadata"]["name"]) for each in objects]
    parts = [f"town-{part}" for part in VALUES["parts"]]
    wanted = {("Job", "town-migrate"), *(("Deployment", part) for part in parts)}
    assert sorted(names) == sorted(wanted | {("Service", part) for part in parts})
    labels = {name: pod.get("metadata", {}).get("labels", {}) for name, pod in pods(objects)}
    for each in objects:
        own = labels[each["metadata"]["name"]]
        if each["kind"] == "Service":
            found = [name for name, has in labels.items() if each["spec"]["selector"] == has]
            assert found == [each["metadata"]["name"]]
        elif each["kind"] == "Deployment":
            assert each["spec"]["selector"]["matchLabels"] == own
            assert own["app.kubernetes.io/instance"] == "town"
            part = each["metadata"]["name"].removeprefix("town-")
            assert each["spec"]["replicas"] == VALUES["parts"][part]["replicas"]


def test_what_a_container_mounts_and_names_is_there(renderer: Path) -> None:
    seen = 0
    for name, pod in pods(rendered(renderer)):
        (container,) = pod["spec"]["containers"]
        volumes = [each["name"] for each in pod["spec"]["volumes"]]
        mounted = [each["name"] for each in container["volumeMounts"]]
        assert sorted(volumes) == sorted(set(mounted)), name
        variables = [each["name"] for each in container["env"]]
        assert len(variables) == len(set(variables)), name
        assert all(isinstance(each.get("value", ""), str) for each in container["env"]), name
        folders = [each["mountPath"] for each in container["volumeMounts"]]
        files = [e["value"] for e in container["env"] if e["name"].endswith("_FILE")]
        assert all(any(file.startswith(f"{f}/") for f in folders) for file in files), name
        seen += len(files)
    assert seen > 5


def test_no_pod_may_write_its_root_or_gets_addresses_and_tokens_it_does_not_need(
    renderer: Path,
) -> None:
    """A service named like a part of ours would put BLOTTER_... of its own beside ours."""
    found = list(pods(rendered(renderer)))
    assert len(found) == 1 + len(VALUES["parts"])
    for name, pod in found:
        assert pod["spec"]["enableServiceLinks"] is False, name
        assert pod["spec"]["automountServiceAccountToken"] is False, name
        assert pod["spec"]["securityContext"]["runAsNonRoot"] is True, name
        (container,) = pod["spec"]["containers"]
        closed = container["securityContext"]
        assert closed["readOnlyRootFilesystem"] is True, name
        assert closed["allowPrivilegeEscalation"] is False, name


def test_probes_ask_for_a_name_that_every_part_answers_to(renderer: Path) -> None:
    """The desk says 421 to any other than its own and this machine's: it was never ready."""
    from pipeline.desk.headers import Fence

    probes = {
        name: pod["spec"]["containers"][0]["readinessProbe"]["httpGet"]
        for name, pod in pods(rendered(renderer))
        if "readinessProbe" in pod["spec"]["containers"][0]
    }
    assert set(probes) == {"town-desk", "town-receive", "town-metrics"}

    async def nothing(*_: object) -> None:
        """Stand in for the desk behind its fence."""

    known = Fence(nothing, secure=True, host="desk.example.org")._hosts
    for name, probe in probes.items():
        (host,) = [e["value"] for e in probe["httpHeaders"] if e["name"].lower() == "host"]
        assert host in known, name


def test_values_are_told_as_texts_whatever_they_are(renderer: Path) -> None:
    values = copy.deepcopy(dict(VALUES))
    values["environment"] = {"BLOTTER_SITE_TITLE": 'Alerts: "north" # 1', "BLOTTER_ZIPS": 7}
    objects = rendered(renderer, values)
    for name, pod in pods(objects):
        if name != "town-migrate":
            told = {e["name"]: e.get("value") for e in pod["spec"]["containers"][0]["env"]}
            assert told["BLOTTER_SITE_TITLE"] == 'Alerts: "north" # 1'
            assert told["BLOTTER_ZIPS"] == "7"


@pytest.mark.parametrize(
    ("words", "called"),
    [
        (["desk", "--host", "0.0.0.0"], "blotter desk --host 0.0.0.0"),
        ([], "blotter"),
        (["bash", "-c", "exec airflow scheduler"], "bash -c exec airflow scheduler"),
        (["airflow", "db", "check-migrations"], "airflow db check-migrations"),
        (["python", "-m", "celery", "inspect", "ping"], "python -m celery inspect ping"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_the_image_starts_what_compose_this_chart_and_airflows_own_chart_say(
    tmp_path: Path, words: list[str], called: str
) -> None:
    """Airflow's chart gives words alone, and its probes call /entrypoint."""
    for name in ("blotter", "bash", "airflow", "python"):
        (tmp_path / name).write_text(f'#!/bin/sh\nprintf "%s" "{name}"; printf " %s" "$@"\n')
        (tmp_path / name).chmod(0o755)
    done = subprocess.run(
        [str(ENTRYPOINT), *words],
        env={"PATH": f"{tmp_path}:/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == called
    image = (ROOT / "deploy/Dockerfile").read_text()
    assert "COPY deploy/entrypoint /entrypoint" in image
    assert 'ENTRYPOINT ["/entrypoint"]' in image


def test_airflows_own_chart_gets_a_home_it_may_write_and_makes_no_user() -> None:
    image = (ROOT / "deploy/Dockerfile").read_text()
    assert "AIRFLOW_HOME=/opt/airflow" in image
    assert "install -d -o blotter -g blotter /srv/public /opt/airflow" in image
    values = yaml.safe_load((ROOT / "deploy/helm/airflow-values.yaml").read_text())
    assert values["config"]["core"]["auth_manager"].endswith("SimpleAuthManager")
    assert values["createUserJob"] == {"enabled": False}
    environment = yaml.safe_load(values["extraEnv"])
    names = [each["name"] for each in environment]
    assert len(names) == len(set(names)) > 5
    volumes = {each["name"]: each for each in values["volumes"]}
    assert {each["name"] for each in values["volumeMounts"]} == set(volumes)
    claims = [v.get("persistentVolumeClaim", {}).get("claimName") for v in volumes.values()]
    assert {VALUES[key] for key in ("stateClaim", "publicClaim", "agenciesClaim")} <= set(claims)

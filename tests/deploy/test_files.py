"""Files for deployment parse, are hardened, hold no secret, and name what exists."""

from __future__ import annotations

import configparser
import json
import re
import shlex
import shutil
import subprocess
import sys
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import typer
import yaml

from pipeline.cli.app import app

ROOT = Path(__file__).resolve().parents[2]
DEPLOY = ROOT / "deploy"
UNITS = sorted((DEPLOY / "systemd").glob("*.service"))
COMMAND = typer.main.get_command(app)
HARDENED = {
    "NoNewPrivileges": "yes",
    "ProtectSystem": "strict",
    "ProtectHome": "yes",
    "PrivateTmp": "yes",
    "CapabilityBoundingSet": "",
    "LimitCORE": "0",
    # numpy's OpenBLAS calls mbind when it is loaded: a filter that kills would kill every part.
    "SystemCallErrorNumber": "EPERM",
    "UMask": "0077",
    "User": "blotter",
}
VARIABLE = re.compile(r"\bBLOTTER_[A-Z_]+[A-Z]\b")


class Many(dict[str, Any]):
    """Keeps the values of a key that comes again, one a line."""

    def __setitem__(self, key: str, value: Any) -> None:
        if isinstance(value, list) and key in self:
            super().__setitem__(key, [*self[key], *value])
        else:
            super().__setitem__(key, value)


def unit(path: Path) -> configparser.RawConfigParser:
    parser = configparser.RawConfigParser(strict=False, dict_type=Many, interpolation=None)
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    parser.read_string(path.read_text())
    return parser


def known(words: list[str]) -> bool:
    """Return whether the words after ``blotter`` name a command, with options it has."""
    group: Any = COMMAND
    while words and hasattr(group, "commands") and words[0] in group.commands:
        group, words = group.commands[words[0]], words[1:]
    names = {name for each in group.params for name in each.opts}
    options = {word for word in words if word.startswith("--")}
    return group is not COMMAND and not hasattr(group, "commands") and options <= names


@pytest.mark.parametrize("path", UNITS, ids=lambda path: path.name)
def test_a_unit_is_hardened_and_starts_a_command_that_exists(path: Path) -> None:
    service = unit(path)["Service"]
    assert {name: service.get(name, "?").strip() for name in HARDENED} == HARDENED
    start = shlex.split(service["ExecStart"].splitlines()[0])
    assert start[0].endswith("/blotter")
    assert known(start[1:])
    assert "LoadCredential" in service
    assert not re.search(r"(?i)(password|token|secret)=[^%/\s]", path.read_text())


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd-analyze is not there")
@pytest.mark.parametrize("path", UNITS, ids=lambda path: path.name)
def test_systemd_reads_a_unit_and_finds_it_closed(path: Path) -> None:
    checked = subprocess.run(
        ["systemd-analyze", "verify", str(path)], capture_output=True, text=True, check=False
    )
    complaints = [line for line in checked.stderr.splitlines() if line.startswith(path.name)]
    assert [
        line for line in complaints if "/opt/blotter/.venv/bin/blotter is not" not in line
    ] == []
    told = subprocess.run(
        ["systemd-analyze", "security", "--offline=true", "--threshold=20", str(path)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert told.returncode == 0, told.stdout.splitlines()[-1:]


def test_every_unit_but_the_lines_hides_others_processes() -> None:
    """Airflow's tasks are non-dumpable: hidden from their own supervisor, each of them failed."""
    hidden = {path.stem: unit(path)["Service"].get("ProtectProc", "") for path in UNITS}
    assert hidden.pop("blotter-line") == ""
    assert set(hidden.values()) == {"invisible"}
    subsets = {unit(path)["Service"].get("ProcSubset", "?") for path in UNITS}
    assert subsets == {"pid"}


def test_there_is_a_unit_for_each_part() -> None:
    names = {path.stem for path in UNITS}
    parts = ("line", "desk", "receive", "metrics", "backup", "prune", "subscriptions")
    assert names == {f"blotter-{n}" for n in parts}


def test_backups_are_made_each_night_and_removed_each_hour_from_the_same_folder() -> None:
    """An hour, since a copy of a night whose own backup fails has to go all the same."""
    starts = {
        name: shlex.split(unit(DEPLOY / f"systemd/blotter-{name}.service")["Service"]["ExecStart"])
        for name in ("backup", "prune")
    }
    assert starts["backup"][1:] == ["backup", "nightly", "/var/backups/blotter"]
    assert starts["prune"][1:] == ["backup", "prune", "/var/backups/blotter"]
    times = {
        name: unit(DEPLOY / f"systemd/blotter-{name}.timer")["Timer"]["OnCalendar"].strip()
        for name in starts
    }
    assert times == {"backup": "*-*-* 02:40:00", "prune": "*-*-* *:17:00"}
    page = (ROOT / "docs/how-to/deploy.md").read_text()
    for line in re.findall(r"^systemctl enable --now .*$", page, re.MULTILINE):
        assert ("blotter-backup.timer" in line) == ("blotter-prune.timer" in line)
    assert "blotter-backup.timer blotter-prune.timer" in page


def test_no_two_parts_listen_at_one_port_and_nginx_reaches_those_for_outside() -> None:
    """A part without ``--port`` listens at its command's own."""
    ports = {}
    for path in UNITS:
        start = shlex.split(unit(path)["Service"]["ExecStart"].splitlines()[0])[1:]
        command: Any = COMMAND
        for word in start:
            command = getattr(command, "commands", {}).get(word, command)
        own = {each.name: each.default for each in command.params}
        given = dict(pairwise(start)).get("--port", own.get("port"))
        if given is not None:
            ports[path.stem.removeprefix("blotter-")] = int(given)
    assert set(ports) == {"desk", "receive", "metrics", "subscriptions"}
    assert len(set(ports.values())) == len(ports)
    nginx = (DEPLOY / "nginx/blotter.conf").read_text()
    reached = {int(port) for port in re.findall(r"proxy_pass http://127\.0\.0\.1:(\d+)", nginx)}
    assert reached == {port for name, port in ports.items() if name != "metrics"}


def test_compose_parses_and_every_service_is_held_short() -> None:
    document = yaml.safe_load((DEPLOY / "compose/compose.yml").read_text())
    ours = {n: s for n, s in document["services"].items() if s["image"] == "blotter:local"}
    assert len(ours) > 6
    for name, service in ours.items():
        assert service["read_only"] is True, name
        assert service["cap_drop"] == ["ALL"], name
        assert set(service["secrets"]) <= set(document["secrets"]), name
        if "command" in service:
            assert known([str(word) for word in service["command"]]), name
    published = [port for s in document["services"].values() for port in s.get("ports", [])]
    assert published
    assert all(port.startswith("127.0.0.1:") for port in published)
    assert all(set(each) == {"file"} for each in document["secrets"].values())


def test_the_charts_files_parse_and_its_commands_exist() -> None:
    values = yaml.safe_load((DEPLOY / "helm/blotter/values.yaml").read_text())
    chart = yaml.safe_load((DEPLOY / "helm/blotter/Chart.yaml").read_text())
    assert chart["apiVersion"] == "v2"
    assert set(values["parts"]) == {"desk", "receive", "metrics", "subscriptions"}
    assert all(known(part["command"]) for part in values["parts"].values())
    template = (DEPLOY / "helm/blotter/templates/parts.yaml").read_text()
    for name in re.findall(r"\$\.Values\.(\w+)", template):
        assert name in values
    for name in re.findall(r"\$part\.(\w+)", template):
        assert any(name in part for part in values["parts"].values())
    opened = len(re.findall(r"\{\{-? (?:range|if) ", template))
    assert opened == len(re.findall(r"\{\{-? end \}\}", template)) > 0
    assert yaml.safe_load((DEPLOY / "helm/airflow-values.yaml").read_text())["executor"]


def filled(template: str) -> list[dict[str, Any]]:
    """Read a chart's template without the engine: braces become words, loops run once."""
    lines = [
        re.sub(r"\{\{[^}]*\}\}", "x", line)
        for line in (DEPLOY / "helm/blotter/templates" / template).read_text().splitlines()
        if not re.fullmatch(r"\s*\{\{-.*\}\}", line)
    ]
    return [each for each in yaml.safe_load_all("\n".join(lines)) if each]


def test_the_chart_is_yaml_once_its_braces_are_filled() -> None:
    assert [each["kind"] for each in filled("parts.yaml")] == ["Deployment", "Service"]
    (job,) = filled("migrate.yaml")
    assert "pre-install" in job["metadata"]["annotations"]["helm.sh/hook"]
    (container,) = job["spec"]["template"]["spec"]["containers"]
    assert known(container["args"])
    values = yaml.safe_load((DEPLOY / "helm/blotter/values.yaml").read_text())
    text = (DEPLOY / "helm/blotter/templates/migrate.yaml").read_text()
    assert {each.partition(".")[0] for each in re.findall(r"\.Values\.([\w.]+)", text)} <= set(
        values
    )


def ours(key: str) -> str:
    """What `make scale`, which is known to work, gives Airflow under this key."""
    text = (ROOT / "dags/standalone/environment.py").read_text()
    text += (ROOT / "dags/standalone/servers.py").read_text()
    *_, found = re.findall(rf'{key}": (?:f?"|self._url\("airflow", ")([^"]*)"', text)
    return str(found)


def test_airflow_starts_unpaused_and_with_the_drivers_of_the_lock_wherever_it_is_deployed() -> None:
    """Without these a DAG never runs, or Airflow looks for a driver that nothing installs."""
    assert ours("DAGS_ARE_PAUSED_AT_CREATION") == "False"
    assert ours("SQL_ALCHEMY_CONN") == "+psycopg"
    assert ours("SQL_ALCHEMY_CONN_ASYNC") == "+psycopg_async"
    compose = yaml.safe_load((DEPLOY / "compose/compose.yml").read_text())["x-blotter"]
    given = compose["environment"]
    assert given["AIRFLOW__CORE__DAGS_ARE_PAUSED_AT_CREATION"] == "False"
    made = shlex.split(given["AIRFLOW__DATABASE__SQL_ALCHEMY_CONN_ASYNC_CMD"])
    done = subprocess.run(
        made[:2], input="postgresql+psycopg://u:w@h/a", capture_output=True, text=True, check=True
    )
    assert done.stdout == "postgresql+psycopg_async://u:w@h/a"
    chart = yaml.safe_load((DEPLOY / "helm/airflow-values.yaml").read_text())
    assert chart["config"]["core"]["dags_are_paused_at_creation"] == "False"
    assert "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN_ASYNC" in chart["extraEnv"]
    page = (ROOT / "docs/how-to/scale-out.md").read_text()
    assert "AIRFLOW__CORE__DAGS_ARE_PAUSED_AT_CREATION=False" in page
    assert "SQL_ALCHEMY_CONN_ASYNC=postgresql+psycopg_async://" in page
    locked = (ROOT / "requirements-scale.lock").read_text()
    assert re.search(r"^psycopg==", locked, re.MULTILINE)
    assert not re.search(r"^(asyncpg|psycopg2)", locked, re.MULTILINE)


def test_every_secret_of_the_compose_file_is_made_in_its_page_and_kept_out_of_builds() -> None:
    document = yaml.safe_load((DEPLOY / "compose/compose.yml").read_text())
    files = {Path(each["file"]).name for each in document["secrets"].values()}
    page = (ROOT / "docs/how-to/scale-out.md").read_text()
    assert {name for name in files if f"`{name}`" not in page} == set()
    for name in (".dockerignore", ".gitignore"):
        ignored = {line.strip("/") for line in (ROOT / name).read_text().split()}
        assert {"deploy/compose/secrets", "var", ".venv"} <= ignored, name
    own = document["services"]["postgres"]["volumes"]
    (script,) = [each.split(":")[0] for each in own if "initdb" in each]
    assert "CREATE DATABASE airflow;" in (DEPLOY / "compose" / script).read_text()


def test_the_first_start_makes_airflows_password_once_for_its_owner_alone(tmp_path: Path) -> None:
    document = yaml.safe_load((DEPLOY / "compose/compose.yml").read_text())
    *shell, script = document["services"]["migrate"]["entrypoint"]
    for name in ("blotter", "airflow"):
        (tmp_path / name).write_text(f'#!/bin/sh\necho {name} "$@" >>{tmp_path}/called\n')
        (tmp_path / name).chmod(0o755)
    words = tmp_path / "words.json"
    environ = {
        "PATH": f"{tmp_path}:{Path(sys.executable).parent}:/usr/bin:/bin",
        "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_PASSWORDS_FILE": str(words),
    }
    made = []
    for _ in range(2):
        done = subprocess.run(
            [*shell, script.replace("$$", "$")], env=environ, capture_output=True, check=True
        )
        assert done.stdout + done.stderr == b""
        made.append(words.read_text())
    assert made[0] == made[1]
    assert len(json.loads(made[0])["admin"]) > 24
    assert words.stat().st_mode & 0o777 == 0o600
    assert (tmp_path / "called").read_text().split("\n")[:2] == [
        "blotter migrate",
        "airflow db migrate",
    ]


def test_a_shell_runs_commands_where_the_services_are_and_as_their_user(tmp_path: Path) -> None:
    """The example of an environment is read by a shell as systemd reads it."""
    script = (DEPLOY / "blotter").read_text()
    for place in ("/etc/blotter", "/var/lib/blotter"):
        assert place in script
        script = script.replace(place, f"{tmp_path}{place}")
        (tmp_path / place[1:] / "secrets").mkdir(parents=True)
    etc = tmp_path / "etc/blotter"
    shutil.copy(DEPLOY / "systemd/environment.example", etc / "environment")
    (etc / "secrets/database-url").write_text("sqlite:////var/lib/blotter/blotter.db")
    shown = "BLOTTER_HOME BLOTTER_SITE_TITLE BLOTTER_DATABASE_URL"
    (tmp_path / "runuser").write_text(f'#!/bin/sh\nprintenv {shown}\npwd\nprintf "%s|" "$@"\n')
    (tmp_path / "runuser").chmod(0o755)
    done = subprocess.run(
        ["sh", "-c", script, "blotter", "switch", "off", "all", "--editor", "Enno Vries"],
        env={"PATH": f"{tmp_path}:/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=True,
    )
    *places, called = done.stdout.splitlines()
    assert places == [
        *("/var/lib/blotter", "Neighborhood alerts", "sqlite:////var/lib/blotter/blotter.db"),
        f"{tmp_path}/var/lib/blotter",
    ]
    assert called == (
        "-u|blotter|--|/opt/blotter/.venv/bin/blotter|switch|off|all|--editor|Enno Vries|"
    )
    page = (ROOT / "docs/how-to/deploy.md").read_text()
    assert "install -m 0755 deploy/blotter /usr/local/bin/blotter" in page


def test_the_image_holds_the_browser_parts_and_a_public_folder_it_may_write() -> None:
    text = (DEPLOY / "Dockerfile").read_text()
    assert "RUN /src/tools/assets" in text
    assert "COPY --from=web /src/pipeline/assets /src/pipeline/assets" in text
    assert "install -d -o blotter -g blotter /srv/public" in text
    copied = re.findall(r"^COPY (?!--)(\S+) ", text, re.MULTILINE)
    assert all((ROOT / each).exists() for each in copied)


def test_nginx_closes_what_it_opens_and_lets_nobody_at_metrics() -> None:
    text = (DEPLOY / "nginx/blotter.conf").read_text()
    bare = re.sub(r'#.*|"[^"]*"', "", text)
    assert bare.count("{") == bare.count("}") > 5
    assert text.count("ssl_protocols TLSv1.2 TLSv1.3;") == 4
    # Debian 12's nginx (1.22) stops at a directive ``http2``; as a word of ``listen`` all know it.
    assert text.count("listen 443 ssl http2;") == 4
    assert not re.search(r"^\s*http2 ", bare, re.MULTILINE)
    assert text.count("location /metering { deny all; }") == 2
    for block in re.findall(r"proxy_pass http://127\.0\.0\.1:\d+;\n.*\n.*", text):
        # Whatever a client says of where it comes from is replaced.
        assert any(w in block for w in ("Client-Cert", "blotter-proxy.conf", "For $remote_addr;"))


def test_nginx_gives_the_public_pages_the_headers_their_page_of_the_docs_names() -> None:
    """A policy narrower than the pages' own would keep the map's pictures from being drawn."""
    policy = re.compile(r"Content-Security-Policy (\"default-src 'none'.*?\") always;")
    (documented,) = policy.findall((ROOT / "docs/how-to/site.md").read_text())
    text = (DEPLOY / "nginx/blotter.conf").read_text()
    assert policy.findall(text) == [documented]
    assert "add_header X-Robots-Tag $blotter_robots always;" in text
    (messages,) = re.findall(r'"~(\^.*\$)" noindex;', text)
    told = ("/alert/0a1b.json", "/alert/0a1b.json.gz", "/cap/0a1b.xml")
    assert all(re.search(messages, path) for path in told)
    assert not re.search(messages, "/alert/0a1b.html")


def test_every_variable_in_deployment_files_is_in_the_reference() -> None:
    page = (ROOT / "docs/reference/configuration.md").read_text()
    texts = [path.read_text() for path in DEPLOY.rglob("*") if path.is_file()]
    used = {name for text in texts for name in VARIABLE.findall(text)}
    assert len(used) > 8
    assert used - set(VARIABLE.findall(page)) == set()


def test_the_bill_of_materials_holds_each_locked_version_and_is_the_same_each_time() -> None:
    command = [sys.executable, str(ROOT / "tools/sbom"), str(ROOT / "requirements.lock")]
    made = [subprocess.run(command, capture_output=True, check=True).stdout for _ in range(2)]
    assert made[0] == made[1]
    bill = json.loads(made[0])
    assert (bill["bomFormat"], bill["specVersion"]) == ("CycloneDX", "1.6")
    pinned = re.findall(r"^([a-z0-9.-]+)==", (ROOT / "requirements.lock").read_text(), re.MULTILINE)
    assert len(pinned) > 100
    assert {each["name"] for each in bill["components"]} == set(pinned)
    assert all(each["hashes"] for each in bill["components"])


def test_a_line_that_is_no_pin_is_refused(tmp_path: Path) -> None:
    lock = tmp_path / "x.lock"
    lock.write_text("requests>=2\n")
    command = [sys.executable, str(ROOT / "tools/sbom"), str(lock)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "no pinned requirement" in done.stderr


def test_nothing_that_an_example_names_has_to_be_there_before_the_first_start() -> None:
    """A file of witnesses that is not there would let no entry of the log be sealed."""
    page = (ROOT / "docs/how-to/deploy.md").read_text()
    lines = (DEPLOY / "systemd/environment.example").read_text().splitlines()
    named = [line.partition("=")[2] for line in lines if not line.startswith("#")]
    places = [value for value in named if value.startswith("/")]
    assert len(places) > 2
    assert [value for value in places if value not in page] == []


def test_the_database_counts_as_healthy_when_it_answers_over_the_network() -> None:
    """The image first starts one that listens at a socket alone: what waits came too early."""
    document = yaml.safe_load((DEPLOY / "compose/compose.yml").read_text())
    asked = " ".join(document["services"]["postgres"]["healthcheck"]["test"])
    assert "pg_isready -h 127.0.0.1" in asked

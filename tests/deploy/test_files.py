"""Files for deployment parse, are hardened, hold no secret, and name what exists."""

from __future__ import annotations

import configparser
import json
import re
import shlex
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


def test_there_is_a_unit_for_each_part() -> None:
    names = {path.stem for path in UNITS}
    parts = ("line", "desk", "receive", "metrics", "backup", "subscriptions")
    assert names == {f"blotter-{n}" for n in parts}


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
    assert set(values["parts"]) == {"desk", "receive", "metrics"}
    assert all(known(part["command"]) for part in values["parts"].values())
    template = (DEPLOY / "helm/blotter/templates/parts.yaml").read_text()
    for name in re.findall(r"\$\.Values\.(\w+)", template):
        assert name in values
    for name in re.findall(r"\$part\.(\w+)", template):
        assert any(name in part for part in values["parts"].values())
    opened = len(re.findall(r"\{\{-? (?:range|if) ", template))
    assert opened == len(re.findall(r"\{\{-? end \}\}", template)) > 0
    assert yaml.safe_load((DEPLOY / "helm/airflow-values.yaml").read_text())["executor"]


def test_the_chart_is_yaml_once_its_braces_are_filled() -> None:
    """A stand-in for the engine: braces become words, the loop's body is read once."""
    template = (DEPLOY / "helm/blotter/templates/parts.yaml").read_text()
    lines = [
        re.sub(r"\{\{[^}]*\}\}", "x", line)
        for line in template.splitlines()
        if not re.fullmatch(r"\s*\{\{-.*\}\}", line)
    ]
    kinds = [each["kind"] for each in yaml.safe_load_all("\n".join(lines)) if each]
    assert kinds == ["Deployment", "Service"]


def test_nginx_closes_what_it_opens_and_lets_nobody_at_metrics() -> None:
    text = (DEPLOY / "nginx/blotter.conf").read_text()
    bare = re.sub(r'#.*|"[^"]*"', "", text)
    assert bare.count("{") == bare.count("}") > 5
    assert text.count("ssl_protocols TLSv1.2 TLSv1.3;") == 4
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

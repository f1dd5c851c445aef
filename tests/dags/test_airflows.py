"""What `tools/airflows` asks an Airflow, asked of the one that is installed."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Mapping
from importlib.machinery import SourceFileLoader
from importlib.util import module_from_spec, spec_from_loader
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.airflow

ROOT = Path(__file__).resolve().parents[2]
INFO = "[apache_airflow_provider]\nprovider_info = blotter_provider:get_provider_info\n"


@pytest.fixture(scope="module")
def tool() -> Any:
    loader = SourceFileLoader("airflows", str(ROOT / "tools" / "airflows"))
    spec = spec_from_loader("airflows", loader)
    assert spec is not None
    module = module_from_spec(spec)
    loader.exec_module(module)
    return module


@pytest.fixture
def ask(run_inside: Callable[..., Any], tmp_path: Path) -> Callable[[Path], Mapping[str, Any]]:
    """Let the installed Airflow look at a folder of DAGs."""
    info = tmp_path / "site" / "blotter-0.1.0.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: blotter\nVersion: 0.1.0\n")
    (info / "entry_points.txt").write_text(INFO)

    def look(dags: Path) -> Mapping[str, Any]:
        path = os.pathsep.join([str(info.parent), str(dags / "provider")])
        found: Mapping[str, Any] = run_inside(
            tmp_path, "imports.py", AIRFLOW__CORE__DAGS_FOLDER=str(dags), PYTHONPATH=path
        )
        return found

    return look


def test_all_that_is_asked_for_is_there(tool: Any, ask: Callable[[Path], Any]) -> None:
    found = ask(ROOT / "dags")
    assert list(tool.wrong(found, found["airflow"])) == []
    assert len(found["dags"]) == 8
    assert found["airflow"] in tool.RELEASES
    assert list(tool.wrong(found, "3.1.8")) == [f"this is Airflow {found['airflow']}"]


def test_a_name_that_an_airflow_does_not_have_is_told(
    tool: Any, ask: Callable[[Path], Any], tmp_path: Path
) -> None:
    dags = tmp_path / "dags"
    shutil.copytree(ROOT / "dags", dags, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("watch.py", "provider/blotter_provider/gates.py", "plugins/blotter_desk.py"):
        text = (dags / name).read_text()
        (dags / name).write_text(text.replace("from airflow.", "from airflow.gone."))
    found = ask(dags)
    told = list(tool.wrong(found, found["airflow"]))
    for name in ("watch.py", "PersonGate", "BlotterDesk", "go_live.py"):
        assert [line for line in told if line.startswith(f"{name}: ModuleNotFoundError")], told
    assert "no DAG blotter_watch" in told
    assert "the desk's plugin is none" in told


def test_an_airflow_that_does_not_even_start_is_told(tool: Any) -> None:
    assert list(tool.wrong({"said": ["ImportError: x"]}, "3.1.8")) == ["it ended: ImportError: x"]

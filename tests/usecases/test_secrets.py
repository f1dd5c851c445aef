"""Secrets in files: read, never shown, refused when given twice or unreadable."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.model import ConfigError
from pipeline.usecases.settings import load_settings, with_files


def test_a_secret_in_a_file_stands_for_its_variable(tmp_path: Path) -> None:
    url, password = tmp_path / "url", tmp_path / "password"
    url.write_text("postgresql://blotter@db/blotter\n")
    password.write_text("pass word \n\n")
    settings = load_settings(
        {
            "BLOTTER_DATABASE_URL_FILE": str(url),
            "BLOTTER_SMTP": "localhost:25",
            "BLOTTER_SMTP_PASSWORD_FILE": str(password),
        }
    )
    assert settings.database_url == "postgresql://blotter@db/blotter"
    assert settings.mail.password == "pass word "
    assert "pass word" not in repr(settings)


def test_a_secret_given_twice_is_refused_and_shown_to_nobody(tmp_path: Path) -> None:
    path = tmp_path / "token"
    path.write_text("one")
    environ = {"BLOTTER_METRICS_TOKEN_FILE": str(path), "BLOTTER_METRICS_TOKEN": "two"}
    with pytest.raises(ConfigError, match="given twice") as refusal:
        with_files(environ)
    assert "two" not in str(refusal.value).replace("twice", "")


def test_a_file_that_cannot_be_read_is_told_by_its_variable(tmp_path: Path) -> None:
    environ = {"BLOTTER_OIDC_SECRET_FILE": str(tmp_path / "gone")}
    with pytest.raises(ConfigError, match="BLOTTER_OIDC_SECRET_FILE names cannot be read"):
        with_files(environ)


def test_what_names_no_file_stays_as_it_is() -> None:
    environ = {"BLOTTER_KEY_FILE": "keys.json", "BLOTTER_METRICS_TOKEN_FILE": ""}
    assert with_files(environ) == environ

"""Single sign-on against a provider on loopback: the whole way, and each lie it may tell."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import httpx
import pytest
from desk_served import Served
from fastapi.testclient import TestClient
from oidc_provider import CLIENT, SECRET, Provider, providing

from pipeline.desk import build_app
from pipeline.desk.oidc import Oidc, read_oidc
from pipeline.model import ConfigError
from pipeline.usecases.accounts import accounts_list


@pytest.fixture
def provider() -> Iterator[Provider]:
    with providing(Provider(claims={"name": "Ada Moreau", "blotter_role": "editor"})) as found:
        yield found


def desk_before(served: Served, provider: Provider, secret: str = SECRET) -> TestClient:
    oidc = Oidc(
        issuer=provider.url, client=CLIENT, secret=secret, claim="blotter_role", label="Town login"
    )
    desk = replace(served.desk, oidc=oidc)
    return TestClient(build_app(desk), follow_redirects=False)


def back_from(browser: TestClient) -> httpx.Response:
    """Go to the provider and come back, as a browser does."""
    begun = browser.get("/oidc/begin")
    assert begun.status_code == 302
    answer = httpx.get(begun.headers["location"], timeout=10)
    assert answer.status_code == 302
    return browser.get(answer.headers["location"].removeprefix("http://testserver"))


def test_somebody_the_provider_vouches_for_comes_in_with_the_role_it_names(
    served: Served, provider: Provider
) -> None:
    browser = desk_before(served, provider)
    assert "Town login" in browser.get("/log-on").text
    entered = back_from(browser)
    assert entered.status_code == 200
    (asked,) = provider.asked
    assert asked["scope"] == "openid profile"
    assert asked["redirect_uri"] == "http://testserver/oidc/back"
    assert browser.get("/queue").status_code == 200
    assert browser.get("/accounts").status_code == 403
    (account,) = accounts_list(served.store)
    assert (account.name, account.role.value) == ("Ada Moreau", "editor")
    # A second log-on is the same person, whatever the provider says of their role now.
    provider.claims["blotter_role"] = "admin"
    again = desk_before(served, provider)
    assert back_from(again).status_code == 200
    assert again.get("/accounts").status_code == 403
    assert len(accounts_list(served.store)) == 1


@pytest.mark.parametrize(
    "lie", ["nonce", "issuer", "audience", "expired", "key", "unsigned", "state", "denied"]
)
def test_a_lie_lets_nobody_in(served: Served, provider: Provider, lie: str) -> None:
    provider.lie = lie
    browser = desk_before(served, provider)
    answer = back_from(browser)
    assert answer.status_code == 422
    assert "did not let you in" in answer.text
    assert browser.get("/queue").headers["location"] == "/log-on"
    assert accounts_list(served.store) == ()


@pytest.mark.parametrize("role", [None, "owner", ["editor", "admin"], "agency"])
def test_a_person_without_one_role_of_ours_gets_no_account(
    served: Served, provider: Provider, role: object
) -> None:
    provider.claims["blotter_role"] = role
    browser = desk_before(served, provider)
    answer = back_from(browser)
    assert answer.status_code == 422
    assert browser.get("/queue").headers["location"] == "/log-on"
    assert accounts_list(served.store) == ()


def test_a_wrong_secret_a_code_of_another_and_a_provider_that_is_away(
    served: Served, provider: Provider
) -> None:
    wrong = desk_before(served, provider, secret="not this one")
    assert back_from(wrong).status_code == 422
    browser = desk_before(served, provider)
    begun = browser.get("/oidc/begin").headers["location"]
    came = httpx.get(begun, timeout=10).headers["location"].removeprefix("http://testserver")
    # Another browser has neither state nor verifier.
    assert desk_before(served, provider).get(came).status_code == 422
    assert browser.get(came).status_code == 200
    assert browser.get(came).status_code == 422
    away = Provider(claims={}, url="http://127.0.0.1:9")
    answer = desk_before(served, away).get("/oidc/begin")
    assert (answer.status_code, "does not answer" in answer.text) == (422, True)


def test_a_provider_is_configured_wholly_and_by_https() -> None:
    whole = {
        "BLOTTER_OIDC_ISSUER": "https://id.example.org",
        "BLOTTER_OIDC_CLIENT": "x",
        "BLOTTER_OIDC_SECRET": "y",
    }
    assert read_oidc({}) is None
    assert read_oidc(whole) is not None
    for name in whole:
        if name != "BLOTTER_OIDC_ISSUER":
            with pytest.raises(ConfigError):
                read_oidc({key: value for key, value in whole.items() if key != name})
    with pytest.raises(ConfigError):
        read_oidc(whole | {"BLOTTER_OIDC_ISSUER": "http://id.example.org"})

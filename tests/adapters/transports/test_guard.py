from __future__ import annotations

import asyncio

import pytest

from pipeline.adapters.transports import FetchFailed
from pipeline.adapters.transports.guard import pinned, refused

PUBLIC = ("93.184.216.34", "2606:2800:220:1:248:1893:25c8:1946", "8.8.8.8")
INSIDE = (
    "127.0.0.1",
    "10.1.2.3",
    "172.16.0.9",
    "192.168.1.1",
    "100.64.0.1",  # shared by a provider's customers
    "169.254.1.1",
    "169.254.169.254",
    "0.0.0.0",
    "224.0.0.1",
    "255.255.255.255",
    "198.18.0.1",
    "::1",
    "::",
    "fe80::1",
    "fe80::1%eth0",
    "fc00::7",
    "fd00:ec2::254",
    "::ffff:127.0.0.1",
    "::ffff:10.0.0.1",
    "::10.0.0.1",
    "64:ff9b::7f00:1",
    "64:ff9b::a9fe:a9fe",
    "64:ff9b:1::a00:1",
    "2002:7f00:1::",
    "2002:a9fe:a9fe::",
    "not an address",
)


@pytest.mark.parametrize("address", PUBLIC)
def test_a_public_address_passes(address: str) -> None:
    assert not refused(address, ())


@pytest.mark.parametrize("address", INSIDE)
def test_an_address_that_is_not_public_is_refused(address: str) -> None:
    assert refused(address, ())


def test_a_named_network_passes_and_the_metadata_address_does_not_even_then() -> None:
    assert not refused("10.1.2.3", ("10.0.0.0/8",))
    assert refused("10.1.2.3", ("10.2.0.0/16",))
    assert not refused("::ffff:10.1.2.3", ("10.0.0.0/8",))
    assert refused("169.254.169.254", ("0.0.0.0/0", "::/0"))
    assert refused("::ffff:169.254.169.254", ("0.0.0.0/0", "::/0"))


@pytest.mark.parametrize(
    "host", ["localhost", "127.0.0.1", "2130706433", "0x7f000001", "127.1", "0177.0.0.1"]
)
def test_every_spelling_of_the_loopback_is_refused(host: str) -> None:
    with pytest.raises(FetchFailed) as caught:
        asyncio.run(pinned(host, 80, ()))
    assert caught.value.code.value in {"address-refused", "fetch-failed"}


def test_one_address_inside_among_public_ones_refuses_the_name() -> None:
    async def two(_host: str, _port: int) -> tuple[str, ...]:
        return ("93.184.216.34", "10.0.0.1")

    with pytest.raises(FetchFailed) as caught:
        asyncio.run(pinned("feed.example", 443, (), resolver=two))
    assert caught.value.code.value == "address-refused"


def test_the_first_checked_address_is_the_one_connected_to() -> None:
    async def two(_host: str, _port: int) -> tuple[str, ...]:
        return PUBLIC[:2]

    assert asyncio.run(pinned("feed.example", 443, (), resolver=two)) == PUBLIC[0]

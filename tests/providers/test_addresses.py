"""Addresses that people give: what the server connects to on their behalf, and what it does not."""

from __future__ import annotations

import asyncio
import ipaddress
import socket

import httpcore
import pytest

from promptyflow_server.providers.address import (
    GuardedBackend,
    Reach,
    RefusedAddress,
    check_base_url,
    is_allowed,
)
from promptyflow_server.providers.base import Access, Secret
from promptyflow_server.providers.openai_chat import OpenAIChat
from promptyflow_server.providers.settings import ProviderSettings
from promptyflow_server.providers.transport import Transport
from promptyflow_server.shared.errors import ProviderError, ValidationError

ANYWHERE = Reach(private=True)
PUBLIC_ONLY = Reach(private=False)
PRIVATE = ["127.0.0.1", "127.8.8.8", "10.0.0.1", "192.168.1.1", "172.16.0.1", "::1", "fd00::1"]
NEVER = [
    "169.254.169.254",
    "0.0.0.0",  # noqa: S104 - an address to refuse
    "::",
    "224.0.0.1",
    "fe80::1",
    "ff02::1",
    "::ffff:169.254.169.254",
    "64:ff9b::a9fe:a9fe",
    "2002:a9fe:a9fe::1",
]
PUBLIC = ["1.1.1.1", "2606:4700:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808"]
MAPPED_PRIVATE = ["::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::1"]


@pytest.mark.parametrize("address", PRIVATE + MAPPED_PRIVATE)
def test_private_networks_are_for_local_servers_only(address):
    assert is_allowed(ipaddress.ip_address(address), private=True)
    assert not is_allowed(ipaddress.ip_address(address), private=False)


@pytest.mark.parametrize("address", NEVER)
def test_metadata_and_the_like_are_for_nobody(address):
    assert not is_allowed(ipaddress.ip_address(address), private=True)
    assert not is_allowed(ipaddress.ip_address(address), private=False)


@pytest.mark.parametrize("address", PUBLIC)
def test_public_addresses_are_for_all(address):
    assert is_allowed(ipaddress.ip_address(address), private=False)


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "127.1",
        "2130706433",
        "0x7f000001",
        "0177.0.0.1",
        "0",
        "[::1]",
        "[::ffff:127.0.0.1]",
        "[::ffff:7f00:1]",
        "localhost",
        "LOCALHOST",
        "localhost.",
    ],
)
async def test_a_shared_server_reaches_no_spelling_of_its_own_machine(faults, host, question):
    transport = Transport(ProviderSettings(trust_env=False), local=False)
    access = Access(f"http://{host}:{faults.port}", Secret("k"), own_address=True)
    with pytest.raises(ProviderError) as caught:
        await anext(OpenAIChat(transport).stream(question(), access))
    await transport.close()
    assert caught.value.details["kind"] in {"address", "network"}
    assert faults.requests == []


async def test_one_private_address_among_public_ones_is_enough_to_refuse(monkeypatch):
    loop = asyncio.get_running_loop()

    async def resolve(_host, port, **_):
        addresses = ["1.1.1.1", "127.0.0.1"]
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (a, port)) for a in addresses]

    monkeypatch.setattr(loop, "getaddrinfo", resolve)
    with pytest.raises(RefusedAddress):
        await GuardedBackend(PUBLIC_ONLY).connect_tcp("mixed.example", 443)


async def test_the_address_that_was_checked_is_the_one_connected_to(monkeypatch):
    """A name that resolves to something else the second time gains nothing."""
    loop = asyncio.get_running_loop()
    asked = []

    async def resolve(host, port, **_):
        asked.append(host)
        address = "1.1.1.1" if len(asked) == 1 else "127.0.0.1"
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port))]

    connected = []

    async def connect(_backend, host, *_):
        connected.append(host)
        raise httpcore.ConnectError

    monkeypatch.setattr(loop, "getaddrinfo", resolve)
    monkeypatch.setattr(httpcore.AnyIOBackend, "connect_tcp", connect)
    with pytest.raises(httpcore.ConnectError):
        await GuardedBackend(PUBLIC_ONLY).connect_tcp("rebinding.example", 443)
    assert (asked, connected) == (["rebinding.example"], ["1.1.1.1"])


@pytest.mark.parametrize(
    "url",
    [
        "ftp://example.com",
        "file:///etc/passwd",
        "example.com",
        "http://",
        "http://exa mple.com",
        "http://example.com\\@evil.example",
        "http://example.com:99999",
        "http://example.com:0",
        "http://[::1",
        "https://user:secret@example.com",
        "https://example.com/v1?key=1",
        "https://example.com/v1#x",
        "https://example.com/" + "a" * 2000,
    ],
)
def test_a_base_url_is_an_address_and_nothing_more(url):
    with pytest.raises(ValidationError):
        check_base_url(url, ANYWHERE)


def test_a_base_url_is_kept_in_one_form():
    assert check_base_url(" HTTPS://Example.COM/V1/ ", PUBLIC_ONLY) == "https://example.com/V1"
    with pytest.raises(ValidationError):
        check_base_url("http://example.com", PUBLIC_ONLY)


def listed(*hosts):
    return Reach.of(ProviderSettings(private_hosts=hosts), local=False)


@pytest.mark.parametrize(
    ("url", "is_fine"),
    [
        ("http://ollama.internal:11434", True),
        ("http://OLLAMA.internal.:11434", True),
        ("http://10.1.2.3", True),
        ("http://[::ffff:10.1.2.3]", True),
        ("http://10.2.2.3", False),
        ("http://other.internal", False),
        ("http://ollama.internal.evil.example", False),
        ("http://127.0.0.1", False),
    ],
)
def test_an_operator_lists_hosts_that_may_be_reached_in_the_clear(url, is_fine):
    reach = listed("ollama.internal", "10.1.0.0/16")
    if is_fine:
        assert check_base_url(url, reach)
        return
    with pytest.raises(ValidationError):
        check_base_url(url, reach)


@pytest.mark.parametrize(
    ("host", "address", "is_fine"),
    [
        ("ollama.internal", "192.168.0.9", True),
        ("anything", "10.1.2.3", True),
        ("anything", "::ffff:10.1.2.3", True),
        ("anything", "8.8.8.8", True),
        ("anything", "10.2.2.3", False),
        ("anything", "127.0.0.1", False),
        ("ollama.internal", "169.254.169.254", False),  # metadata is for nobody, listed or not
    ],
)
def test_only_listed_private_addresses_are_connected_to(host, address, is_fine):
    reach = listed("ollama.internal", "10.1.0.0/16", "169.254.0.0/16")
    assert reach.allows(host, ipaddress.ip_address(address)) == is_fine


async def test_a_listed_host_is_reached_from_a_shared_server(faults):
    settings = ProviderSettings(trust_env=False, private_hosts=("127.0.0.0/8",))
    transport = Transport(settings, local=False)
    faults.reply(json={"data": [{"id": "m"}]})
    access = Access(faults.url, Secret("k"), own_address=True)
    assert len(await OpenAIChat(transport).list_models(access)) == 1
    await transport.close()

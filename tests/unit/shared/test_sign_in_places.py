"""What counts as one address, and which address a request came from."""

from __future__ import annotations

from dataclasses import replace
from ipaddress import ip_network

import pytest

from promptyflow_lab.domain import Limits
from promptyflow_server.security.sign_ins import client_address, place_of
from promptyflow_server.settings import limits_of, rate_limits_of, trusted_proxies_of

PROXIES = [ip_network("127.0.0.1"), ip_network("10.0.0.0/8")]


@pytest.mark.parametrize(
    ("address", "place"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff::1", "2001:db8:1:2::/64"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("", ""),
        ("unknown", "unknown"),
    ],
)
def test_a_network_that_one_person_has_is_one_address(address, place):
    assert place_of(address) == place


@pytest.mark.parametrize(
    ("peer", "told", "address"),
    [
        ("192.0.2.7", [], "192.0.2.7"),
        ("192.0.2.7", ["198.51.100.1"], "192.0.2.7"),
        ("127.0.0.1", ["198.51.100.1"], "198.51.100.1"),
        ("127.0.0.1", ["203.0.113.9, 198.51.100.1"], "198.51.100.1"),
        ("127.0.0.1", ["203.0.113.9", "198.51.100.1, 10.1.2.3"], "198.51.100.1"),
        ("127.0.0.1", ["10.1.2.3"], "10.1.2.3"),
        ("127.0.0.1", [], "127.0.0.1"),
        ("127.0.0.1", ["rubbish"], "rubbish"),
    ],
)
def test_only_what_a_proxy_of_ours_tells_is_believed(peer, told, address):
    assert client_address(peer, told, PROXIES) == address


def test_limits_come_from_the_environment_before_the_defaults():
    assert rate_limits_of({}, local=False).requests == 100
    assert rate_limits_of({}, local=True).requests == 6000
    assert rate_limits_of({}, local=True).sends == 20
    told = {"PROMPTYFLOW_RATE_LIMIT_REQUESTS": "7", "PROMPTYFLOW_RATE_LIMIT_SIGN_INS": "3"}
    limits = rate_limits_of(told, local=True)
    assert (limits.requests, limits.sends, limits.sign_ins) == (7, 20, 3)


@pytest.mark.parametrize("value", ["0", "-1", "many"])
def test_a_limit_that_is_none_stops_the_start(value):
    with pytest.raises(ValueError, match="PROMPTYFLOW_RATE_LIMIT_SENDS must be"):
        rate_limits_of({"PROMPTYFLOW_RATE_LIMIT_SENDS": value}, local=True)


def test_proxies_are_addresses_and_networks():
    told = {"PROMPTYFLOW_TRUSTED_PROXIES": "127.0.0.1, 10.1.2.3/8"}
    assert trusted_proxies_of(told) == ("127.0.0.1/32", "10.0.0.0/8")
    with pytest.raises(ValueError, match="proxy"):
        trusted_proxies_of({"PROMPTYFLOW_TRUSTED_PROXIES": "proxy"})


def test_sizes_come_from_the_environment_before_the_defaults():
    assert limits_of({}) == Limits()
    told = {"PROMPTYFLOW_LIMIT_PROJECT_CHARS": "500", "PROMPTYFLOW_LIMIT_PROJECTS": "3"}
    assert limits_of(told) == replace(Limits(), project=500, projects=3)
    with pytest.raises(ValueError, match="PROMPTYFLOW_LIMIT_BLOCK_CHARS must be"):
        limits_of({"PROMPTYFLOW_LIMIT_BLOCK_CHARS": "1.5"})

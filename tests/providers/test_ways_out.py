"""How an operator says the server gets to providers: patience, proxies, certificates, versions."""

from __future__ import annotations

import datetime as dt
import ipaddress
import ssl

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID
from fault_server import FaultServer

from promptyflow_server.providers.base import Access, Secret
from promptyflow_server.providers.openai_chat import OpenAIChat
from promptyflow_server.providers.registry import build_providers
from promptyflow_server.providers.settings import ProviderSettings, providers_of
from promptyflow_server.providers.transport import Transport
from promptyflow_server.settings import Settings, settings_of
from promptyflow_server.shared.errors import ProviderError

MODELS = {"data": [{"id": "m"}]}


async def listed(settings, url, *, local=True, own=True):
    transport = Transport(settings, local=local)
    access = Access(url, Secret("the-key"), own_address=own)
    try:
        return [model.id for model in await OpenAIChat(transport).list_models(access)]
    finally:
        await transport.close()


def test_nothing_set_means_the_usual():
    assert providers_of({}) == ProviderSettings()


def test_everything_can_be_set(authority, tmp_path):
    told = {
        "PROMPTYFLOW_PROVIDER_CONNECT_SECONDS": "2.5",
        "PROMPTYFLOW_PROVIDER_FIRST_BYTE_SECONDS": "900",
        "PROMPTYFLOW_PROVIDER_TOTAL_SECONDS": "3600",
        "PROMPTYFLOW_PROVIDER_PROXY": "proxy:3128",
        "PROMPTYFLOW_PROVIDER_CA_FILE": str(authority / "ca.pem"),
        "PROMPTYFLOW_PROVIDER_PRIVATE_HOSTS": "Ollama.internal, 10.1.2.3/16 fd00::/8",
        "PROMPTYFLOW_GEMINI_VERSION": "v1",
        "PROMPTYFLOW_ANTHROPIC_VERSION": "2026-10-21",
    }
    assert settings_of(told, data_dir=tmp_path, local=False).providers == ProviderSettings(
        connect_seconds=2.5,
        first_byte_seconds=900,
        total_seconds=3600,
        proxy="http://proxy:3128",
        ca_file=authority / "ca.pem",
        private_hosts=("ollama.internal", "10.1.0.0/16", "fd00::/8"),
        gemini_version="v1",
        anthropic_version="2026-10-21",
    )


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PROMPTYFLOW_PROVIDER_CONNECT_SECONDS", "soon"),
        ("PROMPTYFLOW_PROVIDER_TOTAL_SECONDS", "0"),
        ("PROMPTYFLOW_PROVIDER_TOTAL_SECONDS", "nan"),
        ("PROMPTYFLOW_PROVIDER_FIRST_BYTE_SECONDS", "inf"),
        ("PROMPTYFLOW_PROVIDER_PROXY", "ftp://user:secret@proxy"),
        ("PROMPTYFLOW_PROVIDER_PROXY", "http://"),
        ("PROMPTYFLOW_PROVIDER_PRIVATE_HOSTS", "http://ollama.internal"),
        ("PROMPTYFLOW_GEMINI_VERSION", "v1/../x"),
        ("PROMPTYFLOW_ANTHROPIC_VERSION", "2023\r\nx: y"),
    ],
)
def test_what_cannot_be_is_refused_by_its_name(name, value):
    with pytest.raises(ValueError, match=name) as caught:
        providers_of({name: value})
    assert "secret" not in str(caught.value)


def test_a_proxys_password_is_a_secret(tmp_path):
    proxy = "http://me:pass-of-proxy@proxy:3128"
    settings = Settings(data_dir=tmp_path, providers=ProviderSettings(proxy=proxy))
    assert "pass-of-proxy" in settings.secrets()
    assert "pass-of-proxy" not in repr(settings)


async def test_versions_reach_the_adapters(tmp_path):
    told = ProviderSettings(gemini_version="v1", anthropic_version="2026-10-21")
    providers = build_providers(Settings(data_dir=tmp_path, providers=told))
    assert str(providers.get("gemini").default_base_url).endswith(".com/v1")
    assert providers.get("anthropic")._identity.headers["anthropic-version"] == "2026-10-21"
    await providers.close()


async def test_a_proxy_for_providers_alone_is_used_before_that_of_the_environment(
    faults, monkeypatch
):
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    monkeypatch.setenv("no_proxy", "direct.example")
    faults.reply(json=MODELS)
    for trust_env in (True, False):
        told = ProviderSettings(proxy=faults.url, trust_env=trust_env)
        assert await listed(told, "http://api.example/v1") == ["m"]
    assert {request.path for request in faults.requests} == {"http://api.example/v1/models"}


async def test_hosts_without_a_proxy_are_reached_directly(faults, monkeypatch):
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    faults.reply(json=MODELS)
    told = ProviderSettings(proxy="http://127.0.0.1:9", trust_env=True)
    assert await listed(told, f"{faults.url}/v1") == ["m"]
    assert faults.requests[0].path == "/v1/models"


async def test_a_proxys_password_goes_to_the_proxy_and_nowhere_else(faults):
    faults.reply(json=MODELS)
    proxy = faults.url.replace("://", "://me:p%40ss@")
    assert await listed(ProviderSettings(proxy=proxy), "http://api.example/v1") == ["m"]
    sent = faults.requests[0]
    assert sent.headers["proxy-authorization"] == "Basic bWU6cEBzcw=="
    assert "p%40ss" not in sent.path


async def test_a_socks_proxy_without_its_package_is_told_as_that(monkeypatch):
    monkeypatch.setattr("promptyflow_server.providers.connections.find_spec", lambda _: None)
    with pytest.raises(ProviderError) as caught:
        await listed(ProviderSettings(proxy="socks5://127.0.0.1:9"), "http://api.example/v1")
    assert "socksio" in caught.value.details["providerMessage"]


@pytest.fixture(scope="module")
def authority(tmp_path_factory):
    """Return a folder with ``ca.pem`` and ``server.pem``, which it has signed for 127.0.0.1."""
    folder = tmp_path_factory.mktemp("authority")
    now = dt.datetime.now(dt.UTC)
    ca_key, key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    ca_name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "our authority")])
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])

    def certificate(subject, public_key):
        made = x509.CertificateBuilder().subject_name(subject).issuer_name(ca_name)
        made = made.public_key(public_key).serial_number(x509.random_serial_number())
        made = made.not_valid_before(now - dt.timedelta(days=1))
        return made.not_valid_after(now + dt.timedelta(days=1))

    is_ca = x509.BasicConstraints(ca=True, path_length=None)
    ca = certificate(ca_name, ca_key.public_key()).add_extension(is_ca, critical=True)
    (folder / "ca.pem").write_bytes(ca.sign(ca_key, hashes.SHA256()).public_bytes(Encoding.PEM))
    here = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    signed = certificate(name, key.public_key()).add_extension(here, critical=False)
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    public = signed.sign(ca_key, hashes.SHA256()).public_bytes(Encoding.PEM)
    (folder / "server.pem").write_bytes(private + public)
    return folder


@pytest.fixture
async def sealed(authority):
    """Yield a server that speaks TLS with a certificate of that authority."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(authority / "server.pem")
    async with FaultServer(context) as server:
        server.reply(json=MODELS)
        yield server


async def test_an_unknown_certificate_is_refused(sealed):
    with pytest.raises(ProviderError) as caught:
        await listed(ProviderSettings(trust_env=False), sealed.url)
    assert caught.value.details["kind"] == "network"
    assert caught.value.details["retryable"] is False
    assert "certificate" in caught.value.details["providerMessage"].lower()
    assert sealed.requests == []


async def test_a_certificate_of_an_authority_of_ones_own_is_accepted(sealed, authority):
    told = ProviderSettings(trust_env=False, ca_file=authority / "ca.pem")
    assert await listed(told, sealed.url) == ["m"]


async def test_certificates_of_the_environment_count(sealed, authority, monkeypatch):
    monkeypatch.setenv("SSL_CERT_FILE", str(authority / "ca.pem"))
    assert await listed(ProviderSettings(trust_env=True), sealed.url) == ["m"]
    with pytest.raises(ProviderError):
        await listed(ProviderSettings(trust_env=False), sealed.url)

"""A setting that cannot be is told at start by its name, and a secret is not told with it."""

from __future__ import annotations

import pytest

from promptyflow_server.settings import settings_of

SECRET = "planted-secret-0123"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PROMPTYFLOW_REDIS_URL", SECRET),
        ("PROMPTYFLOW_DATABASE_DIRECT_URL", f"mysql://u:{SECRET}@db/x"),
        ("PROMPTYFLOW_DATABASE_REPLICA_URL", f"db:{SECRET}"),
        ("PROMPTYFLOW_DATABASE_URL_FILE", "/nowhere/url"),
        ("PROMPTYFLOW_METRICS_TOKEN_FILE", "/"),
        ("PROMPTYFLOW_CORS_ORIGINS_FILE", "/nowhere/origins"),
        ("PROMPTYFLOW_PROVIDER_CA_FILE", "/nowhere/ca.pem"),
        ("PROMPTYFLOW_PROVIDER_CA_FILE", __file__),
        ("PROMPTYFLOW_TRUSTED_PROXIES", "127.0.0.1, proxy"),
        ("PROMPTYFLOW_POOL_SIZE", "1"),
        ("PROMPTYFLOW_POOL_SIZE", "9" * 5000),
        ("PROMPTYFLOW_AUDIT_DAYS", "1000000"),
    ],
)
def test_what_cannot_be_is_named_and_no_secret_is_told(name, value, tmp_path):
    with pytest.raises(ValueError, match=name) as caught:
        settings_of({name: value}, data_dir=tmp_path, local=False)
    assert SECRET not in str(caught.value)


def test_a_file_that_is_no_text_is_named(tmp_path):
    file = tmp_path / "url"
    file.write_bytes(b"\xff\xfe")
    with pytest.raises(ValueError, match="PROMPTYFLOW_DATABASE_URL_FILE"):
        settings_of({"PROMPTYFLOW_DATABASE_URL_FILE": str(file)}, data_dir=tmp_path, local=False)


@pytest.mark.parametrize(
    ("name", "url"),
    [
        ("PROMPTYFLOW_REDIS_URL", "unix:///run/redis.sock?db=1"),
        ("PROMPTYFLOW_REDIS_URL", "rediss://:p[@cache:6380/0"),
        ("PROMPTYFLOW_DATABASE_REPLICA_URL", "postgresql+psycopg://u:p[w@a,b/x"),
    ],
)
def test_addresses_of_every_usual_form_are_taken(name, url, tmp_path):
    settings = settings_of({name: url}, data_dir=tmp_path, local=False)
    assert url in {settings.redis_url, settings.database_replica_url}

"""Whatever looks like a secret is taken out; what surrounds it, and what is none, stays."""

from __future__ import annotations

import re
import time

import pytest

from promptyflow_server.shared.redaction import HIDDEN, Redactor, password_of

SECRET = re.compile(r"s3cr3t|S3CR3T")

LEAKS = [
    "key sk-s3cr3t0123456789abcdef is wrong",
    "sk-ant-api03-s3cr3t_0123-456789",
    "sk-or-v1-s3cr3t0123456789",
    "sk-proj-s3cr3t_0123-456789",
    "xai-s3cr3t0123456789",
    "gsk_s3cr3t0123456789",
    "AIzaS3CR3T-0123456789_abcdefghijklmnopqr",
    "pfk_s3cr3t0123 pft_s3cr3t0123 pfr_s3cr3t0123",
    "Authorization: Bearer s3cr3t.0123456789",
    "Authorization: token s3cr3t0123456789abcdef",
    "authorization: s3cr3t",
    "{'authorization': b'Bearer s3cr3t0123'}",
    "(b'authorization', b'Bearer s3cr3t0123')",
    "token s3cr3t0123456789abcdef was refused",
    "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJzM2NyM3QifQ.s3cr3t-s3cr3t",
    "GET /lab?token=s3cr3t&reset 200",
    "GET /v1beta/models?key=s3cr3t",
    "GET /x?a=1&api_key=s3cr3t#top",
    "https://hub.example/oauth?access_token=s3cr3t",
    "postgresql://me:s3cr3t@db.example/app",
    "postgresql+psycopg://me:s3c@s3cr3t/s3cr3t@db.example:5432/app?sslmode=require",
    "postgres://:s3cr3t@/app",
    "redis://:s3cr3t@cache:6379/0",
    "rediss://user:s3cr3t@cache:6379/0",
    "http://me:s3cr3t@proxy:3128/",
    "host=db user=me password=s3cr3t dbname=app",
    "connect(password='s3cr3t', host='db')",
    '{"apiKey": "s3cr3t", "baseUrl": "https://api.example"}',
    '{"api_key":"s3cr3t"}',
    '{"refreshToken": "s3cr3t"}',
    '{"token": "s3cr3t"}',
    "x-api-key: s3cr3t",
    "X-Goog-Api-Key: s3cr3t",
    "Cookie: s3cr3t; other=1",
    "api-key='s3cr3t'",
]

HARMLESS = [
    "serving at http://127.0.0.1:10101/pf",
    "GET /api/projects/0190a1b2-0000-7000-8000-000000000001 200 in 12.3 ms",
    "the token was refused",
    "a token is missing; tokens: 5000",
    "the key of an item is 7",
    "runs could not be saved, trying again: UNAVAILABLE {'reason': 'database'}",
    "risk-free, task-oriented, desk-bound",
    "mail me@example.org about http://example.org:8080/a/b",
    "max_tokens=500 keys=3 monkey=1",
    'File "/srv/app/pfr.py", line 12, in token',
    "postgresql://db.example:5432/app",
    "версия 12, ключ не найден",
]


@pytest.mark.parametrize("line", LEAKS)
def test_a_secret_is_taken_out(line):
    shown = Redactor()(line)
    assert not SECRET.search(shown), shown
    assert HIDDEN in shown


@pytest.mark.parametrize("line", HARMLESS)
def test_what_is_no_secret_stays(line):
    assert Redactor()(line) == line


def test_what_surrounds_a_secret_stays():
    line = "GET /x?key=AIzaS3CR3T0123456789&page=2 failed: postgresql://me:s3cr3t@db/app is away"
    told = "GET /x?key=[redacted]&page=2 failed: postgresql://me:[redacted]@db/app is away"
    assert Redactor()(line) == told


def test_a_known_secret_is_taken_out_wherever_it_stands():
    redact = Redactor(["tr0ub4dor", "tr0ub4dor&3", "abc"])
    assert redact("said tr0ub4dor&3, tr0ub4dor, abc") == f"said {HIDDEN}, {HIDDEN}, abc"


def test_a_password_is_known_as_written_and_as_meant():
    assert password_of("postgresql://me:p%40ssword@db/app") == ["p%40ssword", "p@ssword"]
    assert password_of("postgresql://me@db/app") == []
    assert password_of(None) == []
    assert password_of("http://[") == []


def test_redacting_twice_changes_nothing_more():
    redact = Redactor()
    for line in LEAKS:
        assert redact(redact(line)) == redact(line)


@pytest.mark.parametrize(
    "piece",
    [
        "a",
        "sk-",
        "eyJ",
        "eyJ.",
        "token ",
        "token=",
        "a://",
        "a:",
        "postgres://a:",
        "@",
        "key:",
        "=",
    ],
)
def test_no_line_takes_long(piece):
    """A few ms for the longest line that is kept, whatever it is made of."""
    line = piece * (100_000 // len(piece))
    began = time.perf_counter()
    Redactor()(line)
    assert time.perf_counter() - began < 0.5


def test_what_is_too_long_is_cut():
    shown = Redactor()("x" * 1_000_000)
    assert len(shown) < 100_100
    assert shown.endswith("(1000000 characters)")

"""What is kept saves work, is nobody else's, ends in time, and never makes a request fail."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import uuid4

import pytest
from redis_process import RedisProcess

from promptyflow_server.shared import cache as module
from promptyflow_server.shared.cache import PREFIX, Cache
from promptyflow_server.shared.redis_line import RedisLine

ANN, BOB = uuid4(), uuid4()


@dataclass
class Clock:
    now: float = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def process():
    with TemporaryDirectory(prefix="pf") as folder, RedisProcess(Path(folder)) as redis:
        yield redis


@pytest.fixture
async def line(process, clock):
    line = RedisLine(process.url, clock)
    yield line
    await line.close()


@pytest.fixture(params=["memory", "redis"])
def cache(request, clock):
    redis = request.getfixturevalue("line") if request.param == "redis" else None
    return Cache(redis, clock=clock)


async def test_what_is_kept_comes_back_as_it_was(cache):
    value = {"models": [{"id": "m", "window": 128_000}], "имя": None}
    await cache.set(ANN, "models:openai", value, ttl=60)
    found = await cache.get(ANN, "models:openai")
    assert found == value
    found["models"].clear()
    assert await cache.get(ANN, "models:openai") == value
    await cache.set(ANN, "models:openai", [], ttl=60)
    assert await cache.get(ANN, "models:openai") == []


async def test_what_is_one_persons_no_other_is_given(cache):
    await cache.set(ANN, "models", [1], ttl=60)
    await cache.set(None, "models", [2], ttl=60)
    assert await cache.get(BOB, "models") is None
    assert await cache.get(ANN, "models") == [1]
    assert await cache.get(None, "models") == [2]


async def test_what_is_deleted_is_gone_and_nothing_else(cache):
    for owner in (ANN, BOB):
        for name in ("a", "b"):
            await cache.set(owner, name, 1, ttl=60)
    await cache.delete(ANN, "a")
    assert [await cache.get(ANN, name) for name in ("a", "b")] == [None, 1]
    await cache.forget(ANN)
    assert [await cache.get(ANN, name) for name in ("a", "b")] == [None, None]
    assert [await cache.get(BOB, name) for name in ("a", "b")] == [1, 1]


async def test_it_ends_when_its_time_is_over(clock, process, line):
    here = Cache(clock=clock)
    await here.set(ANN, "a", 1, ttl=60)
    clock.now = 59
    assert await here.get(ANN, "a") == 1
    clock.now = 60
    assert await here.get(ANN, "a") is None
    await Cache(line, clock=clock).set(ANN, "a", 1, ttl=60)
    with process.client() as client:
        assert 59_000 < client.pttl(f"{PREFIX}{ANN}:a") <= 60_000


async def test_memory_does_not_grow_without_end(clock, monkeypatch):
    monkeypatch.setattr(module, "_ALL_TOGETHER", 1000)
    monkeypatch.setattr(module, "_LARGEST", 500)
    cache = Cache(clock=clock)
    for number in range(20):
        await cache.set(ANN, str(number), "x" * 98, ttl=60)
        assert await cache.get(ANN, "0") is not None
    kept = [number for number in range(20) if await cache.get(ANN, str(number)) is not None]
    assert kept == [0, *range(11, 20)]
    await cache.set(ANN, "0", "x" * 501, ttl=60)
    assert await cache.get(ANN, "0") is None, "too large to keep, and the old one is not true"


async def test_processes_share_what_is_in_redis(process, clock, line):
    other = RedisLine(process.url, clock)
    one, two = Cache(line, clock=clock), Cache(other, clock=clock)
    await one.set(ANN, "a", 1, ttl=60)
    assert await two.get(ANN, "a") == 1
    await two.delete(ANN, "a")
    assert await one.get(ANN, "a") is None
    await other.close()


async def test_without_redis_everything_goes_on_and_nothing_old_comes_back(process, clock, line):
    cache = Cache(line, clock=clock)
    for name in ("deleted", "changed", "kept"):
        await cache.set(ANN, name, "old", ttl=3600)
    process.pause()
    assert await cache.get(ANN, "kept") is None
    await cache.delete(ANN, "deleted")
    await cache.set(ANN, "changed", "new", ttl=3600)
    assert await cache.get(ANN, "changed") == "new"
    await cache.forget(BOB)
    clock.now = 61
    line.failed(ConnectionError())
    assert await cache.get(ANN, "changed") is None, "what another process did is not known here"
    process.resume()
    clock.now = 100
    assert [await cache.get(ANN, name) for name in ("deleted", "changed", "kept")] == [
        None,
        None,
        "old",
    ]


async def test_readings_are_counted(clock):
    told: list[str] = []
    cache = Cache(clock=clock, told=told.append)
    await cache.get(ANN, "a")
    await cache.set(ANN, "a", None, ttl=60)
    await cache.get(ANN, "a")
    assert told == ["miss", "hit"]

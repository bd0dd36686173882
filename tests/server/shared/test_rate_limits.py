"""Nobody does anything more often than allowed, everybody can see how they stand."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path
from tempfile import TemporaryDirectory

import httpx
import pytest
from people import Person
from redis_process import RedisProcess
from service_process import running_service

from promptyflow_server.http.call import Principal
from promptyflow_server.http.exchange import Request
from promptyflow_server.settings import RateLimitSettings

SEND = b'{"provider": "nobody", "model": "m", "messages": [{"role": "user", "content": "hi"}]}'


async def ask(dispatcher, name, method="GET", path="/api/projects", body=b""):
    principal = Principal("test", name, name, "jupyter")
    return await dispatcher.answer(Request(method, path, {}, {}, body, "test"), principal)


def told(response):
    names = ("Limit", "Remaining", "Reset")
    return tuple(int(response.headers[f"X-RateLimit-{name}"]) for name in names)


@pytest.fixture
def redis():
    with TemporaryDirectory(prefix="pf") as folder, RedisProcess(Path(folder)) as process:
        yield process


@pytest.fixture
async def service(servers):
    """A server with the limits of a shared one."""
    return await servers.start(local=False)


async def test_of_300_requests_at_once_exactly_100_are_answered(service):
    answers = await asyncio.gather(*(ask(service, "ann") for _ in range(300)))
    statuses = [answer.status for answer in answers]
    assert (statuses.count(200), statuses.count(429)) == (100, 200)
    assert sorted(told(answer)[1] for answer in answers if answer.status == 200) == [*range(100)]
    refused = next(answer for answer in answers if answer.status == 429)
    assert b'"RATE_LIMITED"' in refused.body
    limit, remaining, reset = told(refused)
    assert (limit, remaining) == (100, 0)
    wait = int(refused.headers["Retry-After"])
    assert 50 < wait <= 60
    assert abs(reset - (time.time() + wait)) <= 2
    assert (await ask(service, "bob")).status == 200


async def test_after_the_time_that_was_told_the_next_is_answered(servers, monkeypatch):
    limits = RateLimitSettings(requests=2)
    service = await servers.start(local=False, rate_limits=limits)
    await ask(service, "ann")
    await ask(service, "ann")
    refused = await ask(service, "ann")
    wait = int(refused.headers["Retry-After"])
    now = time.time
    monkeypatch.setattr(time, "time", lambda: now() + wait + 1)
    assert (await ask(service, "ann")).status == 200


async def test_sending_has_a_limit_of_its_own(service):
    answers = [await ask(service, "ann", "POST", "/ai/send", SEND) for _ in range(21)]
    assert [answer.status for answer in answers] == [400] * 20 + [429]
    assert [told(answer)[:2] for answer in (answers[0], answers[-1])] == [(20, 19), (20, 0)]
    other = await ask(service, "ann")
    assert (other.status, told(other)[:2]) == (200, (100, 100 - 22))


async def test_every_answer_tells_how_one_stands(service):
    for method, path, status in (
        ("GET", "/api/projects", 200),
        ("GET", "/api/nothing", 404),
        ("PUT", "/api/projects", 405),
        ("POST", "/api/projects", 400),
        ("GET", "/api/events", 200),
    ):
        answer = await ask(service, "ann", method, path)
        assert (answer.status, told(answer)[0]) == (status, 100)
        if answer.events is not None:
            await answer.events.aclose()


async def test_a_server_of_ones_own_does_not_slow_its_owner_down(dispatcher):
    answers = [await ask(dispatcher, "ann") for _ in range(150)]
    assert {answer.status for answer in answers} == {200}
    assert told(answers[-1])[:2] == (6000, 5850)


async def test_two_processes_count_together_in_redis(servers, redis):
    one, two = [await servers.start(local=False, redis_url=redis.url) for _ in range(2)]
    asked = [ask(server, "ann") for _ in range(100) for server in (one, two)]
    statuses = [answer.status for answer in await asyncio.gather(*asked)]
    assert (statuses.count(200), statuses.count(429)) == (100, 100)
    assert (await ask(two, "bob")).status == 200


async def test_redis_may_go_and_come_back(servers, redis, caplog):
    service = await servers.start(local=False, redis_url=redis.url)
    assert told(await ask(service, "ann"))[1] == 99
    redis.stop()
    answers = [await ask(service, "ann") for _ in range(101)]
    assert [answer.status for answer in answers] == [200] * 100 + [429]
    assert caplog.text.count("going on without it") == 1
    redis.start()
    service.services.redis._rests_until = 0
    assert told(await ask(service, "ann"))[1] == 99
    with redis.client() as client:
        assert all(key.startswith(b"promptyflow:limit") for key in client.scan_iter())


async def test_a_redis_that_hangs_holds_up_one_request_a_little(servers):
    async def hang(reader, writer):
        await reader.read()
        writer.close()

    silent = await asyncio.start_server(hang, "127.0.0.1", 0)
    port = silent.sockets[0].getsockname()[1]
    service = await servers.start(local=False, redis_url=f"redis://127.0.0.1:{port}")
    began = time.monotonic()
    answers = [await ask(service, "ann") for _ in range(50)]
    assert {answer.status for answer in answers} == {200}
    assert time.monotonic() - began < 4
    await service.services.redis.close()
    silent.close()
    await silent.wait_closed()


def test_wrong_tokens_are_refused_for_a_minute_and_right_ones_go_on(tmp_path):
    environment = {
        "PROMPTYFLOW_RATE_LIMIT_SIGN_INS": "10",
        "PROMPTYFLOW_TRUSTED_PROXIES": "127.0.0.1",
    }
    log = tmp_path / "log"
    with (
        running_service(tmp_path / "data", log, environment=environment) as service,
        service.http("ann") as ann,
        httpx.Client(base_url=service.url) as stranger,
    ):
        new = service.token("bob")

        def knock(token, address="192.0.2.7"):
            headers = {"Authorization": f"Bearer {token}", "X-Forwarded-For": address}
            return stranger.get("/api/projects", headers=headers)

        here = {"X-Forwarded-For": "192.0.2.7"}
        assert ann.get("/api/projects", headers=here).status_code == 200
        answers = [knock(f"pft_wrong{number}") for number in range(12)]
        assert [answer.status_code for answer in answers] == [401] * 10 + [429] * 2
        assert [told(answer)[:2] for answer in answers[8:]] == [
            (10, 1),
            (10, 0),
            (10, 0),
            (10, 0),
        ]
        assert 50 < int(answers[-1].headers["Retry-After"]) <= 60
        assert knock(new).status_code == 429
        assert ann.get("/api/projects", headers=here).status_code == 200, "known before"
        assert knock("pft_wrong", "192.0.2.8").status_code == 401, "another address"
        assert knock(new, "192.0.2.8").status_code == 200
        nobody = stranger.get("/api/projects")
        assert (nobody.status_code, told(nobody)[:2]) == (401, (10, 10))


def test_a_jupyter_server_tells_strangers_too(tmp_path):
    from jupyter_process import running_jupyter

    with running_jupyter(tmp_path, app="server") as jupyter, jupyter.http() as known:
        answer = known.get("promptyflow/api/projects")
        assert told(answer)[:2] == (6000, 5999)
        stranger = httpx.get(f"{jupyter.url}promptyflow/api/projects")
        assert (stranger.status_code, told(stranger)[0]) == (401, 10)


async def test_what_counting_costs(service):
    limits = service.services.rate_limits
    began = time.perf_counter()
    for number in range(1000):
        await limits.take("requests", f"person {number % 20}")
    assert (time.perf_counter() - began) / 1000 < 0.002


async def test_people_are_told_in_their_language(servers):
    service = await servers.start(local=False, rate_limits=RateLimitSettings(requests=1))
    ann = Person(service, "ann", {"accept-language": "ru"})
    await ann.get("/api/projects")
    with pytest.raises(Exception, match="Слишком много запросов"):
        await ann.get("/api/projects")

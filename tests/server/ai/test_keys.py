"""Providers' keys: written, tested, used, and never read."""

from __future__ import annotations

import asyncio
import logging

import pytest
from fault_server import DONE, FaultServer, chunk, sse
from sqlalchemy import text

from promptyflow_server.providers.anthropic import Anthropic

KEYS = "/api/user/api-keys/openai-compatible"
MODELS = {"object": "list", "data": [{"id": "m"}, {"id": "n"}]}
HELLO = sse(chunk("Hello", finish="stop"), DONE)


async def rows(dispatcher, statement="SELECT * FROM api_keys"):
    async with dispatcher.services.database.read() as connection:
        return (await connection.execute(text(statement))).all()


async def change(dispatcher, statement, **values):
    async with dispatcher.services.database.transaction() as connection:
        await connection.execute(text(statement), values)


async def test_a_key_is_tested_stored_and_told_by_its_end_only(ann, faults, key):
    saved = await ann.set_up(faults.url)
    assert saved["status"] == "active"
    assert saved["last4"] == key[-4:]
    assert saved["baseUrl"] == f"{faults.url}/v1"
    assert saved["models"] == 1
    listed = (await ann.get("/api/user/api-keys"))["items"]
    assert [row["provider"] for row in listed] == ["openai-compatible"]
    assert key not in str(saved) + str(listed)


async def test_of_a_short_key_not_even_the_end_is_told(ann, faults):
    assert (await ann.set_up(faults.url, "x" * 19))["last4"] is None
    assert (await ann.set_up(faults.url, "x" * 16 + "1234"))["last4"] == "1234"


async def test_the_database_holds_no_key(ann, dispatcher, faults, key):
    await ann.set_up(faults.url)
    stored = (await rows(dispatcher))[0]
    assert key.encode() not in bytes(stored.ciphertext)
    assert key not in str(tuple(stored))


async def test_a_server_without_a_key_is_set_up_by_its_address(ann, dispatcher, faults):
    saved = await ann.set_up(faults.url, None)
    assert (saved["status"], saved["last4"]) == ("active", None)
    assert "authorization" not in faults.requests[0].headers
    assert (await rows(dispatcher))[0].ciphertext is None


async def test_a_refused_key_is_stored_as_refused(ann):
    async with FaultServer() as server:
        server.reply(status=401, json={"error": {"message": "no", "code": "invalid_api_key"}})
        saved = await ann.set_up(server.url)
    assert saved["status"] == "error"
    assert saved["error"]["details"]["kind"] == "authentication"


async def test_a_provider_that_is_away_says_nothing_about_the_key(ann):
    saved = await ann.set_up("http://127.0.0.1:1")
    assert saved["status"] == "unverified"
    assert saved["error"]["details"]["kind"] == "network"


async def test_a_stored_key_does_not_go_to_a_new_address(ann, faults, key):
    await ann.set_up(faults.url)
    async with FaultServer() as elsewhere:
        elsewhere.reply(json=MODELS)
        for body in ({"baseUrl": elsewhere.url}, {"baseUrl": f"{faults.url}/other"}):
            answer = await ann("POST", KEYS, body)
            assert answer.status == 400
            assert list(answer.body["details"]["errors"]) == ["apiKey"]
        body = {"provider": "openai-compatible", "baseUrl": elsewhere.url}
        assert (await ann("POST", "/ai/test-connection", body)).status == 400
        assert elsewhere.requests == []
        again = await ann("POST", KEYS, {"baseUrl": elsewhere.url, "apiKey": key})
        assert again.status == 200
        assert elsewhere.requests[0].headers["authorization"] == f"Bearer {key}"


async def test_the_same_address_is_tested_again_with_the_stored_key(ann, faults, key):
    await ann.set_up(faults.url)
    answer = await ann("POST", KEYS, {"baseUrl": f"{faults.url}/v1/"})
    assert answer.body["status"] == "active"
    assert faults.requests[1].headers["authorization"] == f"Bearer {key}"


async def test_a_key_can_be_taken_away_from_a_server_that_needs_none(ann, faults):
    await ann.set_up(faults.url)
    answer = await ann("POST", KEYS, {"apiKey": ""})
    assert (answer.status, answer.body["last4"]) == (200, None)
    assert "authorization" not in faults.requests[1].headers


@pytest.mark.parametrize("bad", ["with space", "new\nline", "ключ", "tab\there", "x" * 4097])
async def test_what_cannot_be_a_key_is_refused(ann, faults, bad):
    answer = await ann("POST", KEYS, {"baseUrl": faults.url, "apiKey": bad})
    assert answer.status == 400
    assert list(answer.body["details"]["errors"]) == ["apiKey"]
    assert bad not in str(answer.body)


async def test_pasted_spaces_around_a_key_are_no_part_of_it(ann, faults, key):
    await ann.set_up(faults.url, f"  {key}\n")
    assert faults.requests[0].headers["authorization"] == f"Bearer {key}"


@pytest.mark.parametrize(
    "url", ["", "localhost:11434", "ftp://x", "http://u:p@x/v1", "http://x?k=1"]
)
async def test_a_bad_address_is_refused(ann, url):
    answer = await ann("POST", KEYS, {"baseUrl": url})
    assert answer.status == 400
    assert list(answer.body["details"]["errors"]) == ["baseUrl"]


async def test_a_shared_server_takes_public_https_addresses_only(servers, person, faults):
    ann = person(await servers.start(local=False), "ann")
    answer = await ann("POST", KEYS, {"baseUrl": faults.url})
    assert answer.status == 400
    answer = await ann("POST", KEYS, {"baseUrl": f"https://localhost:{faults.port}"})
    assert answer.body["error"]["details"]["kind"] == "address"
    assert faults.requests == []


async def test_an_unknown_provider_is_not_found(ann):
    assert (await ann("POST", "/api/user/api-keys/nobody", {"apiKey": "x"})).status == 404
    assert (await ann("DELETE", "/api/user/api-keys/nobody")).status == 404


async def test_a_deleted_key_is_gone(ready):
    assert (await ready("DELETE", KEYS)).status == 204
    assert (await ready.get("/api/user/api-keys"))["items"] == []
    answer = await ready.send()
    assert (answer.status, answer.body["error"]) == (422, "NO_API_KEY")


async def test_nobody_uses_the_key_of_another_person(ready, bob):
    assert (await bob.get("/api/user/api-keys"))["items"] == []
    assert (await bob.send()).status == 422
    assert (await bob("DELETE", KEYS)).status == 404
    assert len((await ready.get("/api/user/api-keys"))["items"]) == 1


@pytest.mark.usefixtures("ready")
async def test_a_ciphertext_moved_to_another_person_opens_nothing(bob, dispatcher, faults):
    faults.reply(json=MODELS)
    await bob.set_up(faults.url, "bobs-own-key-0123456789")
    faults.forget()
    statement = """UPDATE api_keys SET ciphertext = ann.ciphertext FROM api_keys ann
                   WHERE api_keys.owner_id <> ann.owner_id AND ann.last4 = 'defg'"""
    await change(dispatcher, statement)
    answer = await bob.send()
    assert (answer.status, answer.body["error"]) == (422, "NO_API_KEY")
    assert "again" in answer.body["message"]
    assert faults.requests == []


async def test_with_another_master_key_everybody_is_told_to_enter_the_key_again(
    ready, servers, person, tmp_path, faults
):
    other = person(await servers.start(data_dir=tmp_path / "restored"), ready.name)
    for answer in (
        await other.send(),
        await other("GET", "/ai/models?provider=openai-compatible"),
        await other("POST", "/ai/test-connection", {"provider": "openai-compatible"}),
        await other("POST", KEYS, {}),
    ):
        assert (answer.status, answer.body["details"]["kind"]) == (422, "sealed_otherwise")
    listed = await other.get("/ai/models")
    assert listed["errors"]["openai-compatible"]["error"] == "NO_API_KEY"
    faults.reply(json=MODELS)
    assert (await other.set_up(faults.url))["status"] == "active"


async def test_a_master_key_that_others_can_read_stops_saving_and_says_so(ann, faults, settings):
    folder = settings.data_dir / "keys"
    folder.mkdir(mode=0o755)
    (folder / "master.key").write_text("0" * 64)
    answer = await ann("POST", KEYS, {"baseUrl": faults.url, "apiKey": "k"})
    assert (answer.status, answer.body["error"]) == (503, "UNAVAILABLE")


async def test_connections_are_tested_without_storing(ann, faults):
    body = {"provider": "openai-compatible", "baseUrl": faults.url, "apiKey": "other"}
    answer = await ann("POST", "/ai/test-connection", body)
    assert answer.body == {"success": True, "status": "active", "models": 1, "error": None}
    assert (await ann.get("/api/user/api-keys"))["items"] == []


async def test_a_key_that_stops_working_is_marked_when_it_is_used(ready, faults):
    faults.reply(status=401, json={"error": {"message": "revoked"}})
    await (await ready.send()).all()
    assert (await ready.get("/api/user/api-keys"))["items"][0]["status"] == "error"
    faults.forget()
    faults.reply(HELLO)
    await (await ready.send()).all()
    assert (await ready.get("/api/user/api-keys"))["items"][0]["status"] == "active"


async def test_models_are_asked_for_once_an_hour_for_each_person_and_key(ready, bob, faults):
    faults.reply(json=MODELS)
    for _ in range(3):
        models = await ready.get("/ai/models?provider=openai-compatible")
        assert [model["id"] for model in models["items"]] == ["m", "n"]
    assert len(faults.requests) == 1
    await ready.get("/ai/models?provider=openai-compatible&refresh=1")
    assert len(faults.requests) == 2
    await bob.set_up(faults.url, "bobs-own-key-0123456789")
    await bob.get("/ai/models")
    assert faults.requests[-1].headers["authorization"] == "Bearer bobs-own-key-0123456789"


async def test_two_people_with_different_keys_never_see_each_others_models(ann, bob):
    async with FaultServer() as server:
        server.reply(json={"data": [{"id": "for-ann"}]})
        await ann.set_up(server.url, "key-of-ann-0123456789")
        assert [m["id"] for m in (await ann.get("/ai/models"))["items"]] == ["for-ann"]
        server.forget()
        server.reply(json={"data": [{"id": "for-bob"}]})
        await bob.set_up(server.url, "key-of-bob-0123456789")
        assert [m["id"] for m in (await bob.get("/ai/models"))["items"]] == ["for-bob"]
        assert [m["id"] for m in (await ann.get("/ai/models"))["items"]] == ["for-ann"]


async def test_a_new_key_gets_a_new_list(ann):
    async with FaultServer() as server:
        server.reply(json=MODELS)
        await ann.set_up(server.url, "first-key-0123456789")
        await ann.get("/ai/models")
        server.forget()
        server.reply(json={"data": [{"id": "new"}]})
        await ann.set_up(server.url, "other-key-0123456789")
        assert [m["id"] for m in (await ann.get("/ai/models"))["items"]] == ["new"]


async def test_many_who_ask_at_once_ask_the_provider_once(ready, faults):
    faults.reply(0.1, json=MODELS)
    asked = [ready.get("/ai/models?provider=openai-compatible") for _ in range(10)]
    assert len({str(answer) for answer in await asyncio.gather(*asked)}) == 1
    assert len(faults.requests) == 1


async def test_a_list_that_cannot_be_had_is_told(ready, faults):
    faults.reply(status=401, json={"error": {"message": "no"}})
    answer = await ready("GET", "/ai/models?provider=openai-compatible")
    assert (answer.status, answer.body["details"]["kind"]) == (502, "authentication")
    assert (await ready.get("/ai/models"))["items"] == []


async def test_the_key_is_in_no_answer_and_no_log_of_a_whole_life(ready, faults, key, caplog):
    caplog.set_level(logging.DEBUG)
    for name in ("httpx", "httpcore"):
        logging.getLogger(name).setLevel(logging.WARNING)  # as the transport has set it
    said = {"error": {"message": f"Incorrect API key provided: {key}", "param": key}}
    faults.reply(status=401, json=said)
    faults.reply(HELLO)
    seen = []
    for stream in (True, False):
        for _ in range(2):
            answer = await ready.send(stream=stream)
            seen += [answer.body, answer.headers, await answer.all() if stream else None]
    runs = await ready.get("/ai/runs")
    seen += [runs, *[await ready.run(run["id"]) for run in runs["items"]]]
    seen += [await ready.get("/api/user"), await ready.get("/api/user/api-keys")]
    seen += [(await ready("POST", KEYS, {"apiKey": f"{key} x"})).body, caplog.text]
    seen += [repr(ready.dispatcher.services)]
    assert [text for text in map(str, seen) if key in text] == []


async def test_a_person_reads_and_changes_their_profile(ann):
    profile = await ann.get("/api/user")
    assert profile["name"] == "ann"
    assert profile["limits"]["projectChars"] == 10_000_000
    assert profile["used"]["projects"] == 0
    changed = await ann("PATCH", "/api/user", {"language": "ru", "theme": "dark", "name": " A "})
    assert (changed.body["language"], changed.body["theme"]) == ("ru", "dark")
    assert (await ann.get("/api/user"))["name"] == "A"
    assert (await ann("PATCH", "/api/user", {"language": None})).body["language"] is None


@pytest.mark.parametrize(
    "body", [{"theme": "pink"}, {"language": "de"}, {"name": "  "}, {"name": None}, {"email": "x"}]
)
async def test_a_profile_takes_nothing_else(ann, body):
    assert (await ann("PATCH", "/api/user", body)).status == 400


@pytest.mark.parametrize(
    ("provider", "given", "stored"),
    [
        ("openai-compatible", "", "/v1"),
        ("anthropic", "", "/v1"),
        ("gemini", "/", "/v1beta"),
        ("openrouter", "", "/api/v1"),
        ("openai", "/own/path/", "/own/path"),
    ],
)
async def test_an_address_without_a_path_gets_the_usual_one(ann, faults, provider, given, stored):
    body = {"baseUrl": faults.url + given, "apiKey": "k"}
    answer = await ann("POST", f"/api/user/api-keys/{provider}", body)
    assert answer.body["baseUrl"] == faults.url + stored


async def test_the_well_known_address_is_not_stored_as_ones_own(ann, dispatcher, monkeypatch):
    async def models(*_):
        return []

    monkeypatch.setattr(Anthropic, "list_models", models)
    body = {"baseUrl": "https://api.anthropic.com/v1/", "apiKey": "k"}
    answer = await ann("POST", "/api/user/api-keys/anthropic", body)
    assert answer.body["baseUrl"] is None
    assert (await rows(dispatcher))[0].base_url is None


async def test_a_provider_that_needs_a_key_is_not_set_up_without(ann):
    answer = await ann("POST", "/api/user/api-keys/anthropic", {})
    assert list(answer.body["details"]["errors"]) == ["apiKey"]

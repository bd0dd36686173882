"""What is refused before anything is sent: too long, too dear, not allowed, budget used up."""

from __future__ import annotations

import asyncio
import logging

import pytest
from fault_server import CUT, DONE, WAIT, chunk, sse, usage
from sqlalchemy import text

COMPATIBLE = "openai-compatible"
HELLO = sse(chunk("Hello", finish="stop"), usage(1000, 100), DONE)
PRICED = """
[[catalogue]]
provider = "openai-compatible"
id = "m"
name = "Mine"
context_window = 10_000
input = 1000.0
output = 10_000.0
cached = 100.0
retires_at = "2001-01-01"
"""


@pytest.fixture
def under(servers, person, faults, tmp_path):
    """A person of a server with this policy, set up with the provider under our control."""

    async def start(policy, name="ann", *, own_key=True, **changes):
        path = tmp_path / "policy.toml"
        path.write_text(policy)
        made = person(await servers.start(policy_file=path, **changes), name)
        if own_key:
            await made.set_up(faults.url)
            faults.forget()
        return made

    return start


async def refused(person, faults, code, status=422, **body):
    answer = await person.send(**body)
    assert (answer.status, answer.body["error"]) == (status, code), answer.body
    assert faults.requests == []
    assert (await person.get("/ai/runs"))["items"] == []
    return answer.body


async def test_what_does_not_fit_into_the_window_is_not_sent(under, faults):
    ann = await under(PRICED)
    body = await refused(ann, faults, "CONTEXT_WINDOW_EXCEEDED", content="word " * 20_000)
    details = body["details"]
    assert details["window"] == 10_000
    assert details["tokens"] == pytest.approx(20_000, abs=10)
    assert details["exact"] is False
    assert "10000" in body["message"]
    faults.reply(HELLO)
    assert (await ann.send("word " * 9_000, stream=False)).body["success"]


async def test_what_is_only_estimated_gets_the_benefit_of_the_doubt(under, faults):
    ann = await under(PRICED)
    faults.reply(HELLO)
    assert (await ann.send("word " * 10_500, stream=False)).body["success"]


async def test_an_exact_count_gets_none(under, faults):
    policy = '[[catalogue]]\nprovider = "openai"\nid = "gpt-5"\ncontext_window = 1000\n'
    ann = await under(policy)
    faults.reply(json={"data": [{"id": "gpt-5"}]})
    await ann("POST", "/api/user/api-keys/openai", {"apiKey": "k" * 30, "baseUrl": faults.url})
    faults.forget()
    body = {"provider": "openai", "model": "gpt-5"}
    told = await refused(
        ann, faults, "CONTEXT_WINDOW_EXCEEDED", content="word " * 999 + "word", **body
    )
    assert (told["details"]["tokens"], told["details"]["exact"]) == (1004, True)


async def test_what_would_cost_more_than_allowed_is_not_sent(under, faults):
    ann = await under(PRICED)
    told = await refused(
        ann, faults, "COST_LIMIT", content="word " * 1000, maxCost=0.5, maxTokens=100
    )
    assert told["details"]["limit"] == 0.5
    assert told["details"]["estimate"] == pytest.approx(2.0, rel=0.02)


async def test_an_answer_ends_where_the_money_does(under, faults):
    ann = await under(PRICED)
    faults.reply(HELLO)
    answer = await ann.send("word " * 1000, maxCost=3.0, stream=False)
    sent = faults.requests[0].json["max_tokens"]
    assert sent == pytest.approx(199, abs=2)  # 2 dollars are left, at a cent for each token
    run = await ann.run(answer.body["runId"])
    assert (run["parameters"]["maxTokens"], run["parameters"]["maxCost"]) == (sent, 3.0)


async def test_a_limit_that_cannot_be_kept_is_refused(ready, faults):
    faults.reply(json={"data": [{"id": "m"}]})
    answer = await ready.send(maxCost=1.0)
    assert (answer.status, answer.body["details"]["kind"]) == (422, "unknown_price")
    assert [request.method for request in faults.requests] == ["GET"]


@pytest.mark.parametrize("cost", [0, -1, "1"])
async def test_a_limit_is_a_number_above_nothing(ready, faults, cost):
    await refused(ready, faults, "VALIDATION_ERROR", 400, maxCost=cost)


async def test_a_run_costs_what_the_prices_say(under, faults):
    ann = await under(PRICED)
    faults.reply(
        sse(chunk("Hello", finish="stop")),
        usage(1000, 100, prompt_tokens_details={"cached_tokens": 400}),
        DONE,
    )
    answer = (await ann.send(stream=False)).body
    assert answer["cost"] == pytest.approx(0.6 + 0.04 + 1.0)
    assert answer["costSource"] == "catalogue"
    run = await ann.run(answer["runId"])
    assert (run["cost"], run["costSource"]) == (answer["cost"], "catalogue")


async def test_a_providers_own_word_on_the_cost_counts(under, faults):
    ann = await under(PRICED.replace(COMPATIBLE, "openrouter"))
    faults.reply(json={"data": [{"id": "m"}]})
    await ann("POST", "/api/user/api-keys/openrouter", {"apiKey": "k" * 9, "baseUrl": faults.url})
    faults.forget()
    faults.reply(sse(chunk("Hi", finish="stop"), usage(1000, 100, cost=0.25), DONE))
    answer = (await ann.send(provider="openrouter", stream=False)).body
    assert (answer["cost"], answer["costSource"]) == (0.25, "provider")


async def test_without_a_price_the_cost_is_unknown(ready, faults):
    faults.reply(HELLO)
    answer = (await ready.send(stream=False)).body
    assert (answer["cost"], answer["costSource"]) == (None, "unknown")


@pytest.mark.parametrize("how", ["cancel", "cut"])
async def test_the_cost_of_what_was_broken_off_is_unknown(under, faults, how):
    ann = await under(PRICED)
    faults.reply(sse(chunk("half"), usage(1000, 1)), WAIT if how == "cancel" else CUT)
    answer = await ann.send()
    run_id = (await anext(answer.events)).data["runId"]
    await anext(answer.events)
    if how == "cancel":
        await ann("POST", f"/ai/runs/{run_id}/cancel")
    run = await ann.run_when(run_id, "cancelled" if how == "cancel" else "interrupted")
    assert (run["cost"], run["costSource"]) == (None, "unknown")
    await answer.events.aclose()


async def test_only_what_is_allowed_can_be_used_or_seen(under, faults, key):
    policy = 'providers = ["openai-compatible", "openai"]\n[models]\nopenai-compatible = ["ok-*"]\n'
    ann = await under(policy)
    told = await refused(ann, faults, "FORBIDDEN", 403, model="m")
    assert told["details"]["kind"] == "model_not_allowed"
    assert "m" in told["message"]
    told = await refused(ann, faults, "FORBIDDEN", 403, provider="anthropic")
    assert "Anthropic" in told["message"]
    faults.reply(json={"data": [{"id": "ok-1"}, {"id": "m"}]})
    models = await ann.get(f"/ai/models?provider={COMPATIBLE}")
    assert [model["id"] for model in models["items"]] == ["ok-1"]
    providers = (await ann.get("/ai/providers"))["items"]
    assert {row["id"] for row in providers} == {COMPATIBLE, "openai"}
    for path, body in (
        ("/api/user/api-keys/anthropic", {"apiKey": key}),
        ("/ai/test-connection", {"provider": "anthropic", "apiKey": key}),
    ):
        assert (await ann("POST", path, body)).status == 403
    assert (await ann("GET", "/ai/models?provider=anthropic")).status == 403
    faults.forget()
    faults.reply(HELLO)
    assert (await ann.send(model="OK-1", stream=False)).body["success"]


async def test_an_operators_key_is_used_and_never_seen(under, faults, tmp_path, caplog):
    caplog.set_level(logging.DEBUG)
    secret = "operators-own-Key_0123456789"
    (tmp_path / "key").write_text(secret + "\n")
    policy = f'[keys.openai]\nfile = "{tmp_path / "key"}"\nbase_url = "{faults.url}/v1"\n'
    ann = await under(policy, own_key=False)
    seen = [await ann.get("/api/user/api-keys")]
    (row,) = seen[0]["items"]
    assert (row["provider"], row["source"], row["last4"]) == ("openai", "admin", None)
    assert row["baseUrl"] is None
    faults.forget()
    faults.reply(json={"data": [{"id": "gpt-5"}]})
    models = await ann.get("/ai/models")
    assert [model["id"] for model in models["items"]] == ["gpt-5"]
    assert faults.requests[0].headers["authorization"] == f"Bearer {secret}"
    faults.forget()
    faults.reply(status=401, json={"error": {"message": f"Incorrect API key provided: {secret}"}})
    answer = await ann.send(provider="openai", model="gpt-5", stream=False)
    assert answer.status == 502
    elsewhere = {"provider": "openai", "baseUrl": "https://example.org/v1"}
    seen += [models, answer.body, await ann.get("/ai/runs"), repr(ann.dispatcher.services)]
    seen += [(await ann("POST", "/ai/test-connection", elsewhere)).body, caplog.text]
    assert [text for text in map(str, seen) if secret in text] == []


async def test_ones_own_key_comes_before_the_operators(under, faults, monkeypatch, key):
    monkeypatch.setenv("OPERATORS_KEY", "operators-own")
    policy = f'[keys.{COMPATIBLE}]\nenv = "OPERATORS_KEY"\nbase_url = "{faults.url}"\n'
    ann = await under(policy)
    faults.reply(HELLO)
    await ann.send(stream=False)
    assert faults.requests[0].headers["authorization"] == f"Bearer {key}"
    assert [row["source"] for row in (await ann.get("/api/user/api-keys"))["items"]] == ["user"]


async def test_a_key_that_cannot_be_read_is_told_and_nothing_is_sent(under, faults):
    policy = f'[keys.openai]\nfile = "/nowhere"\nbase_url = "{faults.url}"\n'
    ann = await under(policy, own_key=False)
    await refused(ann, faults, "UNAVAILABLE", 503, provider="openai", model="gpt-5")


async def test_a_months_money_is_all_there_is(under, faults):
    ann = await under(PRICED + "[budget]\ndollars_per_month = 3.0\n")
    faults.reply(HELLO)  # 1,000 and 100 tokens: two dollars
    run_id = (await ann.send(stream=False)).body["runId"]
    faults.reply(HELLO)
    assert (await ann.send(stream=False)).body["success"]  # four now: nobody knows an answer before
    answer = await ann.send()
    assert (answer.status, answer.body["error"]) == (422, "COST_LIMIT")
    assert answer.body["details"]["kind"] == "budget"
    assert answer.body["details"]["used"] == pytest.approx(4.0)
    await ann("DELETE", f"/ai/runs/{run_id}")  # what was spent stays spent
    assert (await ann.send()).status == 422
    assert (await ann("DELETE", "/api/user", confirm_delete="ann")).status == 204
    await ann.set_up(faults.url)  # somebody else to us, and the same to the operator
    faults.forget()
    assert (await ann.send()).status == 422
    told = await ann.get("/ai/budget")
    assert told.pop("since")[8:19] == "01T00:00:00"
    assert told == {"dollars": 4.0, "dollarsLimit": 3.0, "tokens": 2200, "tokensLimit": None}


async def test_a_months_tokens_are_all_there_are(under, faults):
    ann = await under("[budget]\ntokens_per_month = 1500\n")
    faults.reply(HELLO)
    await ann.send(stream=False)
    answer = await ann.send("word " * 600)
    assert answer.body["details"]["kind"] == "budget_tokens"
    assert answer.body["details"]["used"] == 1100
    faults.reply(HELLO)
    assert (await ann.send("short", stream=False)).body["success"]


async def test_budgets_are_each_persons_own(under, person, faults):
    policy = PRICED + "[budget]\ndollars_per_month = 0\n[budget.users.bob]\ndollars_per_month = 9\n"
    ann = await under(policy)
    bob = person(ann.dispatcher, "bob")
    await bob.set_up(faults.url)
    faults.forget()
    assert (await ann.send()).status == 422
    await ann("PATCH", "/api/user", {"name": "bob"})  # a name of one's own choice is no other's
    assert (await ann.send()).status == 422
    faults.reply(HELLO)
    assert (await bob.send(stream=False)).body["success"]


@pytest.mark.parametrize(
    ("known_as", "told"),
    [
        ("UPDATE users SET email = 'Ann@Example.org' WHERE name = 'ann'", "ann@example.org"),
        ("UPDATE identities SET issuer = 'hub:h', subject = 'sub/x/1' WHERE name = 'ann'", "ann"),
    ],
)
async def test_a_budget_names_people_as_their_sign_in_does(under, faults, known_as, told):
    policy = f'{PRICED}[budget]\ndollars_per_month = 0\n[budget.users."{told}"]\n'
    ann = await under(f"{policy}dollars_per_month = 9\n")
    async with ann.dispatcher.services.database.transaction() as connection:
        await connection.execute(text(known_as))
    faults.reply(HELLO)
    assert (await ann.send(stream=False)).body["success"]


async def test_runs_that_begin_at_once_share_the_budget(under, faults):
    ann = await under(PRICED + "[budget]\ndollars_per_month = 4\n")
    faults.reply(0.3, HELLO)
    texts = ["word " * 1000] * 6  # a dollar each, before an answer
    answers = await asyncio.gather(*(ann.send(text, stream=False) for text in texts))
    assert sum(answer.status == 200 for answer in answers) <= 4
    assert sum(answer.status == 422 for answer in answers) >= 2


async def test_breaking_off_does_not_make_it_free(under, faults):
    ann = await under(PRICED + "[budget]\ndollars_per_month = 1.5\n")
    faults.reply(sse(chunk("half")), WAIT)
    answer = await ann.send("word " * 1000)
    run_id = (await anext(answer.events)).data["runId"]
    await anext(answer.events)
    await ann("POST", f"/ai/runs/{run_id}/cancel")
    await answer.events.aclose()
    answer = await ann.send("word " * 1000)
    assert (answer.status, answer.body["details"]["used"]) == (422, pytest.approx(1.0, rel=0.05))


async def test_what_a_provider_refuses_costs_nothing(under, faults):
    ann = await under(PRICED + "[budget]\ndollars_per_month = 1.5\n")
    for _ in range(3):
        faults.reply(status=404, json={"error": {"message": "no m", "code": "model_not_found"}})
        assert (await ann.send("word " * 1000, stream=False)).status == 502


async def test_ones_own_keys_may_be_left_out_of_the_budget(under, faults):
    ann = await under(PRICED + "[budget]\ndollars_per_month = 0\nown_keys = false\n")
    faults.reply(HELLO)
    assert (await ann.send(stream=False)).body["success"]


async def test_what_the_operator_knows_better_is_told(under, faults):
    ann = await under(PRICED)
    faults.reply(json={"data": [{"id": "m"}, {"id": "n"}]})
    models = await ann.get(f"/ai/models?provider={COMPATIBLE}")
    mine, other = models["items"]
    assert (mine["name"], mine["contextWindow"], mine["source"]) == ("Mine", 10_000, "live")
    assert (mine["prices"]["input"], mine["prices"]["source"]) == (1000.0, "settings")
    assert mine["retiresInDays"] < 0
    assert (other["prices"], other["retiresInDays"]) == (None, None)


@pytest.mark.parametrize(
    "policy",
    ["providers = 7", "unknown = 1", "not toml", "[budget]\ndollars_per_month = -1", "[[keys]]"],
)
async def test_a_policy_that_cannot_be_understood_allows_nothing(under, policy, caplog):
    with pytest.raises(Exception, match="UNAVAILABLE") as error:
        await under(policy, own_key=False)
    assert error.value.details == {"reason": "policy"}
    assert "policy.toml" in caplog.text

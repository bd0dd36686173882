"""The operator's file: what it allows, and that a bad one allows nothing."""

from __future__ import annotations

import pytest

from promptyflow_server.ai.policy import Policy, read_policy
from promptyflow_server.application import PromptyflowServer
from promptyflow_server.settings import Settings, settings_of
from promptyflow_server.shared.errors import Unavailable


@pytest.fixture
def policy(tmp_path):
    def read(text):
        path = tmp_path / "policy.toml"
        path.write_text(text, encoding="utf-8")
        return read_policy(path)

    return read


def test_without_a_file_everything_is_allowed_and_kept():
    assert read_policy(None) == Policy()
    assert Policy().allows("openai", "gpt-5")
    assert not Policy().budget.is_limit
    assert Policy().runs.keep_texts


def test_the_file_is_named_in_the_environment(tmp_path):
    path = tmp_path / "p.toml"
    told = {"PROMPTYFLOW_POLICY_FILE": str(path)}
    assert settings_of(told, data_dir=tmp_path, local=False).policy_file == path
    assert settings_of({}, data_dir=tmp_path, local=False).policy_file is None


@pytest.mark.parametrize(
    ("provider", "model", "allowed"),
    [
        ("openai", None, True),
        ("openai", "gpt-5.4", True),
        ("openai", "GPT-5", True),
        ("openai", "gpt-4o", False),
        ("openai", "not-gpt-5", False),
        ("gemini", "gemini-3.8-flash", True),
        ("xai", None, False),
        ("xai", "grok-4.7", False),
    ],
)
def test_patterns_say_which_models(policy, provider, model, allowed):
    read = policy('providers = ["openai", "gemini"]\n[models]\nopenai = ["gpt-5*"]\n')
    assert read.allows(provider, model) is allowed


def test_a_persons_budget_is_everybodys_but_for_what_it_says(policy):
    read = policy(
        "[budget]\ndollars_per_month = 5\ntokens_per_month = 100\n"
        '[budget.users."ann@example.org"]\ndollars_per_month = 50\n'
    )
    anns = read.budget_of(["x", "ann@example.org"])
    assert (anns.dollars_per_month, anns.tokens_per_month) == (50, 100)
    bobs = read.budget_of(["bob"])
    assert (bobs.dollars_per_month, bobs.tokens_per_month) == (5, 100)


def test_a_file_that_is_not_there_allows_nothing(tmp_path):
    with pytest.raises(Unavailable):
        read_policy(tmp_path / "nowhere.toml")


async def test_a_server_with_a_bad_policy_answers_nobody_and_the_log_tells_where(tmp_path, caplog):
    path = tmp_path / "policy.toml"
    path.write_text("[budget]\ndollars_a_month = 3\n")
    server = PromptyflowServer(Settings(data_dir=tmp_path, policy_file=path))
    with pytest.raises(Unavailable) as error:
        await server.dispatcher()
    assert error.value.details == {"reason": "policy"}
    assert "budget.dollars_a_month" in caplog.text
    await server.close()

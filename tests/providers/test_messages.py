"""Every cause is told in English and in Russian, with what to do next."""

from __future__ import annotations

from typing import get_args

import pytest

from promptyflow_server.http.errors import error_body
from promptyflow_server.providers.errors import Cause, Kind, Phase, timed_out
from promptyflow_server.providers.openai_chat import COMPATIBLE
from promptyflow_server.shared.errors import ProviderError

CYRILLIC = set("абвгдежзийклмнопрстуфхцчшщъыьэюя")


@pytest.mark.parametrize("kind", [*get_args(Kind), "stopped"])
def test_each_cause_has_a_sentence_of_its_own_in_both_languages(kind):
    cause = Cause("server", status=500, said="words", request_id="r", retry_after=3)
    details = {**cause.error(COMPATIBLE).details, "kind": kind}
    english = error_body(ProviderError(**details), "en")["message"]
    russian = error_body(ProviderError(**details), "ru")["message"]
    general = error_body(ProviderError(provider="openai-compatible"), "en")["message"]
    assert english != general
    assert not CYRILLIC & set(english.lower())
    assert CYRILLIC & set(russian.lower())
    assert "{" not in english + russian
    assert "?" not in english + russian, "every word of the sentence is filled in"
    assert len(english.split(".")) >= 2


@pytest.mark.parametrize("phase", get_args(Phase))
def test_each_timeout_tells_how_long(phase):
    error = timed_out(COMPATIBLE, phase, 12.0)
    for language in ("en", "ru"):
        told = error_body(error, language)["message"]
        assert " 12 " in told
        assert "?" not in told


def test_a_provider_that_said_nothing_leaves_no_hole_in_the_sentence():
    told = error_body(Cause("bad_request", status=400).error(COMPATIBLE), "en")["message"]
    assert "?" not in told

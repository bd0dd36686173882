"""Every code has a status and a sentence in both languages."""

from __future__ import annotations

import inspect
import re

import pytest

from promptyflow_lab.domain import DocumentError, SizeLimitError
from promptyflow_server.http.errors import as_app_error, error_body
from promptyflow_server.shared import errors
from promptyflow_server.shared.limit_messages import LIMITED
from promptyflow_server.shared.messages import MESSAGES, REASONS, language_of, message

KINDS = [
    kind
    for _, kind in inspect.getmembers(errors, inspect.isclass)
    if issubclass(kind, errors.AppError)
]


@pytest.mark.parametrize("kind", KINDS)
def test_every_error_has_a_status_and_a_sentence_in_both_languages(
    kind: type[errors.AppError],
) -> None:
    assert kind.code in errors.STATUS
    english, russian = MESSAGES[kind.code]
    assert english != russian
    assert re.search("[а-я]", russian)
    assert message(kind.code, "ru", {}) != message(kind.code, "en", {})


def test_no_code_stands_in_one_table_only() -> None:
    """Some codes have a sentence for each kind as well: ``PROVIDER_ERROR.network``."""
    assert {code.partition(".")[0] for code in MESSAGES} == errors.STATUS.keys()
    assert errors.STATUS.keys() <= MESSAGES.keys()


@pytest.mark.parametrize("pair", MESSAGES.values())
def test_every_sentence_exists_in_both_languages(pair: tuple[str, str]) -> None:
    assert re.search("[а-я]", pair[1])
    assert not re.search("[а-я]", pair[0])


@pytest.mark.parametrize("pair", REASONS.values())
def test_every_reason_has_both_languages_with_the_same_places(pair: tuple[str, str]) -> None:
    assert re.search("[а-я]", pair[1])
    assert set(re.findall(r"{\w+}", pair[0])) == set(re.findall(r"{\w+}", pair[1]))


@pytest.mark.parametrize("pair", LIMITED.values())
def test_every_limit_is_of_something_in_both_languages(pair: tuple[str, str]) -> None:
    assert re.search("[а-я]", pair[1])
    assert not re.search("[а-я]", pair[0])


def test_a_limit_is_told_in_words_and_readable_numbers() -> None:
    over = {"what": "block", "limit": 5_000_000, "actual": 5_000_018}
    assert message("PAYLOAD_TOO_LARGE", "en", over) == (
        "Too large: 5,000,018 where at most 5,000,000 are allowed (characters of a block)."
    )
    assert message("PAYLOAD_TOO_LARGE", "ru", over).replace("\N{NO-BREAK SPACE}", " ") == (
        "Слишком большой объём: 5 000 018, допустимо не больше 5 000 000 (символов в блоке)."
    )


@pytest.mark.parametrize(
    ("header", "language"),
    [
        (None, "en"),
        ("", "en"),
        ("ru", "ru"),
        ("ru-RU,ru;q=0.9,en;q=0.8", "ru"),
        ("de,en;q=0.7,ru;q=0.3", "en"),
        ("en;q=0.1,ru", "ru"),
        ("ru;q=0", "en"),
        ("ru;q=x,*", "en"),
        ("," * 1000, "en"),
    ],
)
def test_the_language_is_the_one_the_browser_prefers(header: str | None, language: str) -> None:
    assert language_of(header) == language


def test_what_the_domain_refuses_is_told_in_the_readers_language() -> None:
    told = as_app_error(DocumentError("contextBlocks[0].title", "title", "must have 1 to 200"))
    body = error_body(told, "ru")
    assert body["error"] == "VALIDATION_ERROR"
    assert body["details"]["errors"] == {
        "contextBlocks[0].title": "должно содержать от 1 до 200 символов"
    }


def test_a_size_limit_tells_both_numbers() -> None:
    told = as_app_error(SizeLimitError("block", limit=5_000_000, actual=5_000_001))
    assert told.status == 413
    assert told.details["limit"] == 5_000_000
    assert told.details["actual"] == 5_000_001


def test_an_unexpected_error_tells_a_number_and_nothing_else(
    caplog: pytest.LogCaptureFixture,
) -> None:
    told = as_app_error(RuntimeError("the password is hunter2"))
    body = error_body(told, "en")
    assert body["error"] == "INTERNAL_ERROR"
    assert "hunter2" not in str(body)
    assert told.details["id"] in caplog.text

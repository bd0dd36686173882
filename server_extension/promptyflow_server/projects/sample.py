"""The small project a newcomer finds: something to select, compile and send at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from promptyflow_lab.domain import (
    ContextBlock,
    ContextItem,
    ProjectData,
    PromptBlock,
    SelectedContext,
    SubItem,
)

if TYPE_CHECKING:
    from promptyflow_server.shared.messages import Language

_TEXTS: Final[dict[Language, dict[str, str]]] = {
    "en": {
        "project": "Sample: bike rentals",
        "data": "The data",
        "columns": "Columns",
        "columns_text": (
            "rentals.csv, one row an hour, 17,379 rows, two years.\n\n"
            "| column | meaning |\n|---|---|\n"
            "| `dteday` | date |\n| `hr` | hour, 0 to 23 |\n"
            "| `temp` | temperature, scaled to 0…1 |\n| `hum` | humidity, 0…1 |\n"
            "| `workingday` | 1 on working days |\n| `cnt` | bikes rented in this hour |\n"
        ),
        "findings": "Findings so far",
        "peaks": "Peaks",
        "peaks_text": (
            "On working days there are two peaks, at 8 and at 17–18 o'clock; at weekends one broad "
            "hill around 14 o'clock."
        ),
        "weather": "Weather",
        "weather_text": (
            "Rentals rise with temperature up to about 0.75 and fall beyond it. "
            "Humidity above 0.85 halves them."
        ),
        "rules": "How we write",
        "tone": "Tone",
        "tone_text": (
            "Plain words, short sentences, a number with every claim. No adjectives that sell."
        ),
        "reader": "Reader",
        "reader_text": (
            "The city's transport department: they know the streets, they do not know statistics."
        ),
        "summary": "Summary for the reader",
        "summary_template": (
            "Write a summary of at most {{length}} words for the reader described below.\n"
            "Use only what is in the context; say what is missing.\n\n{{context}}\n"
        ),
        "length": "150",
        "doubts": "Look for weak points",
        "doubts_template": (
            "You are a careful statistician. List the three weakest claims below, why each is "
            "weak, and the check that would settle it.\n\n{{context}}\n"
        ),
    },
    "ru": {
        "project": "Пример: прокат велосипедов",
        "data": "Данные",
        "columns": "Столбцы",
        "columns_text": (
            "rentals.csv, строка на каждый час, 17 379 строк, два года.\n\n"
            "| столбец | смысл |\n|---|---|\n"
            "| `dteday` | дата |\n| `hr` | час, от 0 до 23 |\n"
            "| `temp` | температура, приведена к 0…1 |\n| `hum` | влажность, 0…1 |\n"
            "| `workingday` | 1 в рабочие дни |\n| `cnt` | сколько велосипедов взяли за час |\n"
        ),
        "findings": "Что уже выяснили",
        "peaks": "Пики",
        "peaks_text": (
            "В рабочие дни два пика, в 8 и в 17–18 часов; в выходные один пологий холм около "
            "14 часов."
        ),
        "weather": "Погода",
        "weather_text": (
            "Прокат растёт с температурой примерно до 0,75 и падает после. "
            "При влажности выше 0,85 его вдвое меньше."
        ),
        "rules": "Как мы пишем",
        "tone": "Тон",
        "tone_text": "Простые слова, короткие фразы, у каждого утверждения число. Без рекламы.",
        "reader": "Читатель",
        "reader_text": "Транспортный отдел города: улицы они знают, статистику — нет.",
        "summary": "Сводка для читателя",
        "summary_template": (
            "Напиши сводку не длиннее {{length}} слов для читателя, описанного ниже.\n"
            "Опирайся только на контекст; скажи, чего не хватает.\n\n{{context}}\n"
        ),
        "length": "150",
        "doubts": "Найти слабые места",
        "doubts_template": (
            "Ты внимательный статистик. Назови три самых слабых утверждения ниже, почему каждое "
            "слабое и какая проверка решит вопрос.\n\n{{context}}\n"
        ),
    },
}


def sample_name(language: Language) -> str:
    """Return the sample project's name."""
    return _TEXTS[language]["project"]


def sample_project(language: Language) -> ProjectData:
    """Return the sample project's content."""
    text = _TEXTS[language]
    peaks = SubItem(id=1, title=text["peaks"], content=text["peaks_text"])
    weather = SubItem(id=2, title=text["weather"], content=text["weather_text"])
    data = ContextBlock(
        id=1,
        title=text["data"],
        items=[
            ContextItem(id=1, title=text["columns"], content=text["columns_text"]),
            ContextItem(id=2, title=text["findings"], content="", sub_items=[peaks, weather]),
        ],
    )
    rules = ContextBlock(
        id=2,
        title=text["rules"],
        items=[
            ContextItem(id=1, title=text["tone"], content=text["tone_text"]),
            ContextItem(id=2, title=text["reader"], content=text["reader_text"]),
        ],
    )
    findings = [(1, 2, 1), (1, 2, 2)]
    summary = PromptBlock(
        id=1,
        title=text["summary"],
        template=text["summary_template"],
        selected_context=_select([*findings, (2, 1, None), (2, 2, None)]),
        variables={"length": text["length"]},
    )
    doubts = PromptBlock(
        id=2,
        title=text["doubts"],
        template=text["doubts_template"],
        selected_context=_select([(1, 1, None), *findings]),
    )
    return ProjectData(context_blocks=[data, rules], prompt_blocks=[summary, doubts])


def _select(keys: list[tuple[int, int, int | None]]) -> list[SelectedContext]:
    return [
        SelectedContext(block_id=block, item_id=item, sub_item_id=sub, order=order)
        for order, (block, item, sub) in enumerate(keys)
    ]

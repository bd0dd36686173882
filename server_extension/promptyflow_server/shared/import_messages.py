"""Why something cannot be imported or brought back, in English and Russian."""

from __future__ import annotations

from typing import Final

IMPORT_MESSAGES: Final[dict[str, tuple[str, str]]] = {
    "NOT_FOUND.history": (
        "The history of this project goes back to version {oldest} only.",
        "История этого проекта начинается только с версии {oldest}.",
    ),
}

IMPORT_REASONS: Final[dict[str, tuple[str, str]]] = {
    "unrecognised": (
        "is none of the forms that can be imported",
        "не относится к форматам, которые можно импортировать",
    ),
    "unknown_version": (
        "is a version that cannot be read; it may come from a newer program",
        "эту версию нельзя прочитать; возможно, файл создан более новой программой",
    ),
    "piece": ('must be of the form "item.subItem"', "должно иметь вид «пункт.подпункт»"),
    "not_text": ("is not a text in UTF-8", "не является текстом в UTF-8"),
    "not_template": ("is no template", "не является шаблоном"),
    "damaged_zip": (
        "is damaged or packed in an unknown way",
        "архив повреждён или неизвестного вида",
    ),
    "empty_zip": ("holds no file", "не содержит файлов"),
    "protected_zip": ("is protected by a password", "защищён паролем"),
    "invalid_form": ("is not a form with files", "не является формой с файлами"),
    "needs_project": (
        "is missing: a block is added to an open project",
        "отсутствует: блок добавляется в открытый проект",
    ),
    "one_file": (
        "only templates can be imported several at a time",
        "по нескольку файлов сразу можно импортировать только шаблоны",
    ),
    "needs_name": (
        "is missing: it becomes the template's name",
        "отсутствует: оно станет названием шаблона",
    ),
    "confirmation": (
        "must hold the e-mail or the name of the account",
        "должно содержать адрес почты или имя учётной записи",
    ),
}

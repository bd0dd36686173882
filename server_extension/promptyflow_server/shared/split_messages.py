"""Why a text cannot be split as asked, in English and Russian."""

from __future__ import annotations

from typing import Final

SPLIT_REASONS: Final[dict[str, tuple[str, str]]] = {
    "INVALID_PATTERN.syntax": (
        "it is no regular expression: {hint}",
        "это не регулярное выражение: {hint}",
    ),
    "INVALID_PATTERN.empty": (
        "it also matches nothing at all, so it marks no place",
        "он совпадает и с пустым местом, поэтому не указывает, где делить",
    ),
    "INVALID_PATTERN.slow": (
        "it takes too long on this text",
        "на этом тексте он работает слишком долго",
    ),
    "INVALID_PATTERN.long": ("it is too long", "он слишком длинный"),
    "together": ("cannot be given together with {other}", "нельзя указать вместе с {other}"),
    "not_with": ("is not known to the method {method}", "не относится к способу {method}"),
    "either_or": (
        "or {other} must be given, one of the two",
        "или {other}: нужно указать одно из двух",
    ),
    "too_many_parts": (
        "would make more than {limit} parts",
        "даёт больше {limit} частей",
    ),
    "one_part": (
        "leaves the text in one piece",
        "оставляет текст целым",
    ),
    "no_process": (
        "regular expressions cannot be run on this server",
        "на этом сервере нельзя выполнять регулярные выражения",
    ),
}
"""Reasons by key; those of a code stand behind it, since other codes use the same words."""

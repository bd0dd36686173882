"""What there can be too much of, in English and Russian: for the sentence about a limit."""

from __future__ import annotations

from typing import Final

LIMITED: Final[dict[str, tuple[str, str]]] = {
    "project": ("characters of a project", "символов в проекте"),
    "block": ("characters of a block", "символов в блоке"),
    "prompt": ("characters of a prompt", "символов в промпте"),
    "template": ("characters of a template", "символов в шаблоне"),
    "compiled": ("characters of a whole prompt", "символов в собранном промпте"),
    "body": ("bytes of a request", "байтов в запросе"),
    "file": ("bytes of a file", "байтов в файле"),
    "unpacked": ("bytes of what is packed", "байтов в архиве"),
    "files": ("files", "файлов"),
    "projects": ("projects", "проектов"),
    "configs": ("configurations", "конфигураций"),
    "shares": ("people a project is shared with", "человек с доступом к проекту"),
    "tokens": ("access tokens", "токенов доступа"),
}

"""What the commands say, in English and Russian."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import argparse
    from collections.abc import Mapping
    from typing import TypeAlias

    from promptyflow_server.shared.messages import Language

    Commands: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"  # noqa: SLF001

SENTENCES: Final[dict[str, tuple[str, str]]] = {
    "settings": (
        "A setting cannot be used: {said}",
        "Настройку нельзя использовать: {said}",
    ),
    "backed_up": (
        "Backup written: {file} ({size} bytes). It holds people's texts: keep it closed to others.",
        "Резервная копия записана: {file} ({size} байт). В ней тексты людей: храните её закрытой.",
    ),
    "keep_key": (
        "Providers' keys in it are sealed. Keep the master key too, apart from it: {file}",
        "Ключи провайдеров в ней запечатаны. Сохраните и мастер-ключ, отдельно от неё: {file}",
    ),
    "no_key_yet": (
        "There is no master key yet, so no provider's key is in it.",
        "Мастер-ключа ещё нет, поэтому ключей провайдеров в ней нет.",
    ),
    "restored": ("Restored from {file}.", "Восстановлено из {file}."),
    "keys_unknown": (
        (
            "{count} keys of providers were sealed with a master key that this server does "
            "not have. "
            "Add its line to the file of the master key, or let people enter their keys again."
        ),
        (
            "Ключей провайдеров, запечатанных неизвестным этому серверу мастер-ключом: {count}. "
            "Добавьте его строку в файл мастер-ключа или пусть люди введут свои ключи заново."
        ),
    ),
    "key_made": (
        "New master key, before the old ones in the file: {file}",
        "Новый мастер-ключ стоит в файле перед прежними: {file}",
    ),
    "sealed_anew": (
        (
            "{count} keys of providers sealed anew with {kid}. The old lines are still needed for "
            "older backups; delete them when there are none."
        ),
        (
            "Ключей провайдеров запечатано заново ключом {kid}: {count}. Прежние строки ещё "
            "нужны для "
            "старых резервных копий; удалите их, когда таких копий не останется."
        ),
    ),
    "key_file": (
        (
            "The master key cannot be replaced here: {said}. Put the new key before the old one "
            "yourself, where every server finds both, and run `rotate-key --keep-file`."
        ),
        (
            "Мастер-ключ здесь нельзя заменить: {said}. Поставьте новый ключ перед старым "
            "сами, там, "
            "где оба найдёт каждый сервер, и выполните `rotate-key --keep-file`."
        ),
    ),
    "backup_exists": (
        "There is a file of this name already: {said}",
        "Файл с таким именем уже есть: {said}",
    ),
    "no_file": ("There is no such file: {said}", "Такого файла нет: {said}"),
    "no_backup": (
        "This is no backup of PromptyFlow, or not a whole one: {said}",
        "Это не резервная копия PromptyFlow или не вся копия: {said}",
    ),
    "database_in_use": (
        "A server is using this database. Stop all servers, then restore.",
        "Эту базу данных использует сервер. Остановите все серверы, затем восстанавливайте.",
    ),
    "database_not_empty": (
        "There is something in this database. With --replace it is dropped first.",
        "В этой базе данных уже что-то есть. С --replace оно будет сначала удалено.",
    ),
    "no_programs": (
        "PostgreSQL's program {said} is not here. Install PostgreSQL's client programs.",
        "Здесь нет программы PostgreSQL {said}. Установите клиентские программы PostgreSQL.",
    ),
    "program": (
        "PostgreSQL's program failed, nothing was changed: {said}",
        "Программа PostgreSQL завершилась с ошибкой, ничего не изменено: {said}",
    ),
    "disk_full": (
        "The disk is full, nothing was changed: {said}",
        "Диск заполнен, ничего не изменено: {said}",
    ),
    "open_address": (
        "Open this address in a browser on this machine and sign in:\n\n  {said}\n",
        "Откройте этот адрес в браузере на этой машине и войдите:\n\n  {said}\n",
    ),
    "paste_address": (
        (
            "Open this address in any browser and sign in. At the end the browser shows a page "
            "that it cannot load: copy its address, within a minute.\n\n  {said}\n"
        ),
        (
            "Откройте этот адрес в любом браузере и войдите. В конце браузер покажет страницу, "
            "которую не может загрузить: скопируйте её адрес, в течение минуты.\n\n  {said}\n"
        ),
    ),
    "pasted": (
        "That address (not shown while you paste it):",
        "Этот адрес (при вставке не показывается):",
    ),
    "signed_in_page": (
        "You are signed in. You can close this page.",
        "Вы вошли. Эту страницу можно закрыть.",
    ),
    "signed_in": (
        "Signed in as {said}. The token is kept in {file}; PromptyFlow() finds it.",
        "Вы вошли как {said}. Токен хранится в {file}; PromptyFlow() найдёт его.",
    ),
    "login_failed": ("You are not signed in: {said}", "Войти не удалось: {said}"),
    "logout_failed": ("You are not signed out: {said}", "Выйти не удалось: {said}"),
    "signed_out": ("Signed out of {said}.", "Вы вышли: {said}."),
    "nowhere_signed_in": ("There was no sign-in.", "Входа не было."),
    "locked": (
        "Locked: {name} ({id}). What they keep here stays; `lock --undo` lets them in again.",
        "Заблокировано: {name} ({id}). Всё хранимое остаётся; `lock --undo` снимет блокировку.",
    ),
    "unlocked": ("Unlocked: {name} ({id}).", "Разблокировано: {name} ({id})."),
    "nobody": (
        "There is nobody of this id, e-mail address or name at the sign-in: {said}",
        "Нет никого с таким id, адресом почты или именем при входе: {said}",
    ),
    "several": (
        "Several go by this name. Lock one by id: {said}",
        "Так зовут нескольких. Укажите одного по id: {said}",
    ),
    "file": (
        "The file cannot be written: {said}",
        "Файл нельзя записать: {said}",
    ),
}


class CommandError(Exception):
    """A command could not do its work.

    Parameters
    ----------
    name
        Key of `SENTENCES`.
    **params
        Stand in the sentence.
    """

    def __init__(self, name: str, /, **params: object) -> None:
        super().__init__(name)
        self.name = name
        self.params = params

    def told(self, language: Language) -> str:
        """Return the sentence."""
        return said(self.name, language, **self.params)


def said(name: str, language: Language, /, **params: object) -> str:
    """Return a sentence."""
    return SENTENCES[name][language == "ru"].format(**params)


def language_of_terminal(environment: Mapping[str, str]) -> Language:
    """Return the language that the environment asks for, as gettext reads it."""
    for name in ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"):
        if environment.get(name):
            return "ru" if environment[name].startswith("ru") else "en"
    return "en"

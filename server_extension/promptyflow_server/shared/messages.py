"""What people read, in English and Russian: one sentence for each error code and each reason."""

from __future__ import annotations

from typing import Any, Final, Literal

from promptyflow_server.shared.hub_messages import HUB_MESSAGES, HUB_REASONS
from promptyflow_server.shared.import_messages import IMPORT_MESSAGES, IMPORT_REASONS
from promptyflow_server.shared.limit_messages import LIMITED
from promptyflow_server.shared.provider_messages import (
    PROVIDER_MESSAGES,
    PROVIDER_NAMES,
    PROVIDER_REASONS,
)
from promptyflow_server.shared.split_messages import SPLIT_REASONS

Language = Literal["en", "ru"]

MESSAGES: Final[dict[str, tuple[str, str]]] = {
    "VALIDATION_ERROR": (
        "The request is not of the expected form: {places}.",
        "Запрос не соответствует ожидаемой форме: {places}.",
    ),
    "INVALID_TEXT": (
        (
            "The text holds a character that cannot be stored ({character}) at position {index} of "
            "{path}."
        ),
        "Текст содержит недопустимый символ ({character}) в позиции {index}: {path}.",
    ),
    "INVALID_JSON": (
        "The body is not valid JSON: {reason}.",
        "Тело запроса — не корректный JSON: {reason}.",
    ),
    "INVALID_PATTERN": (
        "The pattern cannot be used: {reason}.",
        "Шаблон поиска нельзя применить: {reason}.",
    ),
    "UNAUTHENTICATED": ("Sign in first.", "Сначала войдите."),
    "FORBIDDEN": ("You may not do this.", "У вас нет прав на это действие."),
    "XSRF": (
        "The request lacks the token of this page. Reload the page and try again.",
        "В запросе нет токена этой страницы. Обновите страницу и повторите.",
    ),
    "NOT_FOUND": ("There is no such thing.", "Не найдено."),
    "METHOD_NOT_ALLOWED": (
        "This address does not take this method; it takes {allow}.",
        "Этот адрес не принимает такой метод; допустимо: {allow}.",
    ),
    "CONFLICT": (
        "Somebody changed this in the meantime.",
        "Кто-то успел это изменить.",
    ),
    "PAYLOAD_TOO_LARGE": (
        "Too large: {actual} where at most {limit} are allowed ({what}).",
        "Слишком большой объём: {actual}, допустимо не больше {limit} ({what}).",
    ),
    "NO_API_KEY": (
        "The provider {provider} is not set up yet. Add it in the AI settings.",
        "Провайдер {provider} ещё не настроен. Добавьте его в настройках ИИ.",
    ),
    "CONTEXT_WINDOW_EXCEEDED": (
        "The prompt has {tokens} tokens, the model takes {window}.",
        "В запросе {tokens} токенов, модель принимает {window}.",
    ),
    "COST_LIMIT": (
        "The estimate of {estimate} USD is over the limit of {limit} USD.",
        "Оценка {estimate} USD превышает предел {limit} USD.",
    ),
    "COST_LIMIT.unknown_price": (
        "The price of {model} is not known, so the limit of {limit} USD cannot be kept.",
        "Цена модели {model} неизвестна, поэтому предел {limit} USD нельзя соблюсти.",
    ),
    "COST_LIMIT.budget": (
        (
            "Your budget of this month is {limit} USD: {used} are spent, and this would take at "
            "least {estimate}. Ask your administrator for more."
        ),
        (
            "Ваш бюджет на месяц — {limit} USD: израсходовано {used}, этот запрос потребует не "
            "меньше {estimate}. Попросите администратора увеличить бюджет."
        ),
    ),
    "COST_LIMIT.budget_tokens": (
        (
            "Your budget of this month is {limit} tokens: {used} are used, and this would take "
            "at least {estimate}. Ask your administrator for more."
        ),
        (
            "Ваш бюджет на месяц — {limit} токенов: израсходовано {used}, этот запрос потребует "
            "не меньше {estimate}. Попросите администратора увеличить бюджет."
        ),
    ),
    "FORBIDDEN.provider_not_allowed": (
        "Your administrator does not allow {providerName} here.",
        "Администратор не разрешил использовать здесь провайдера «{providerName}».",
    ),
    "FORBIDDEN.model_not_allowed": (
        "Your administrator does not allow the model {model} of {providerName} here.",
        (
            "Администратор не разрешил использовать здесь модель {model} провайдера "
            "«{providerName}»."
        ),
    ),
    "FORBIDDEN.email_unverified": (
        "Your e-mail address is not verified by the sign-in provider.",
        "Ваш адрес электронной почты не подтверждён у поставщика входа.",
    ),
    "FORBIDDEN.not_allowed_here": (
        "This account may not sign in here. Ask your administrator.",
        "Этой учётной записи вход сюда не разрешён. Обратитесь к администратору.",
    ),
    "FORBIDDEN.read_only": (
        "This project is shared with you for reading only.",
        "Этот проект открыт вам только для чтения.",
    ),
    "FORBIDDEN.owner_only": (
        "Only the project's owner may do this.",
        "Это может сделать только владелец проекта.",
    ),
    "FORBIDDEN.sharing_local": (
        (
            "This server belongs to one person: there is nobody to share with. Sharing works on a "
            "JupyterHub and on a shared service."
        ),
        (
            "Этот сервер принадлежит одному человеку, делиться не с кем. Общий доступ работает на "
            "JupyterHub и на общем сервисе."
        ),
    ),
    "FORBIDDEN.needs_sign_in": (
        "An access token cannot make another one. Sign in for that.",
        "Токеном доступа нельзя создать другой токен. Для этого войдите.",
    ),
    "CONFLICT.refresh_in_progress": (
        "This refresh token was used a moment ago.",
        "Этот токен обновления только что использован.",
    ),
    "RATE_LIMITED": (
        "Too many requests. Try again in {retryAfter} s.",
        "Слишком много запросов. Повторите через {retryAfter} с.",
    ),
    "INTERNAL_ERROR": (
        "Something went wrong on our side. Tell your administrator this number: {id}.",
        "Ошибка на нашей стороне. Сообщите администратору номер: {id}.",
    ),
    "PROVIDER_ERROR": (
        "The AI provider {provider} reported a problem.",
        "Провайдер ИИ {provider} сообщил об ошибке.",
    ),
    "UNAVAILABLE": (
        "The service is not available at the moment: {reason}.",
        "Сервис сейчас недоступен: {reason}.",
    ),
    "PROVIDER_TIMEOUT": (
        "The AI provider {provider} did not answer in time.",
        "Провайдер ИИ {provider} не ответил вовремя.",
    ),
    **HUB_MESSAGES,
    **PROVIDER_MESSAGES,
    **IMPORT_MESSAGES,
}
"""Sentences by code, or by ``CODE.kind`` where a code has causes of several kinds."""

REASONS: Final[dict[str, tuple[str, str]]] = {
    "missing": ("is missing", "отсутствует"),
    "extra_forbidden": ("is not known here", "здесь неизвестно"),
    "many_faults": ("has thousands of faults", "содержит тысячи ошибок"),
    "type": ("has the wrong type", "имеет неверный тип"),
    "too_short": ("is too short (at least {limit})", "слишком короткое (не меньше {limit})"),
    "too_long": ("is too long (at most {limit})", "слишком длинное (не больше {limit})"),
    "too_small": ("is too small (at least {limit})", "слишком мало (не меньше {limit})"),
    "too_large": ("is too large (at most {limit})", "слишком велико (не больше {limit})"),
    "choice": ("is not one of {expected}", "не входит в список: {expected}"),
    "duplicate": ("occurs twice", "встречается дважды"),
    "invalid": ("is not valid", "недопустимо"),
    "required": ("is missing", "отсутствует"),
    "id": ("is not a positive whole number", "не является положительным целым числом"),
    "title": ("must have 1 to 200 characters", "должно содержать от 1 до 200 символов"),
    "time": ("is not a time (RFC 3339)", "не является временем (RFC 3339)"),
    "unknown": ("is not known here", "здесь неизвестно"),
    "unknown_person": (
        "is nobody who has used PromptyFlow here: they must have opened it once",
        "не встречается среди пользователей PromptyFlow: человек должен хотя бы раз его открыть",
    ),
    "ambiguous_person": (
        "is more than one person; use the e-mail address",
        "подходит нескольким людям; укажите адрес электронной почты",
    ),
    "user_or_group": ("either a user or a group", "либо пользователь, либо группа"),
    "yourself": ("is yourself", "— это вы сами"),
    "stopping": ("it is stopping", "идёт остановка"),
    "identity_provider": (
        "this server's identity provider is not trusted (PROMPTYFLOW_TRUST_IDP=1 changes that)",
        "поставщик личности этого сервера не доверенный (PROMPTYFLOW_TRUST_IDP=1 это меняет)",
    ),
    "sign_in": (
        "does not belong to a sign-in that was begun here",
        "не относится к входу, начатому здесь",
    ),
    "loopback": (
        "is not an address such as http://127.0.0.1:8400/",
        "не является адресом вида http://127.0.0.1:8400/",
    ),
    "sign_in_provider": (
        "the sign-in provider does not answer as it should",
        "поставщик входа не отвечает как положено",
    ),
    "disabled": ("the account is locked", "учётная запись заблокирована"),
    "depth": ("it is nested too deeply", "слишком глубокая вложенность"),
    "syntax": ("it cannot be read", "его нельзя прочитать"),
    "number": (
        "it holds NaN, Infinity or a number too long",
        "NaN, Infinity или слишком длинное число",
    ),
    "unknown_node": ("names something that is not there", "указывает на несуществующий элемент"),
    "needs_version": (
        "needs the version it was made on",
        "требует версию, на которой основано изменение",
    ),
    "range": (
        "reaches beyond the text ({limit} characters)",
        "выходит за пределы текста ({limit} симв.)",
    ),
    "key_reused": (
        "this Idempotency-Key was used for another request",
        "этот Idempotency-Key уже использован для другого запроса",
    ),
    "database": ("the database does not answer", "база данных не отвечает"),
    "disk_full": ("the disk is full", "диск заполнен"),
    "database_busy": (
        "the database has no connection free",
        "у базы данных нет свободных соединений",
    ),
    "database_refused": (
        "the database refused the user or the password, or there is no such database",
        "база данных не приняла имя или пароль, или такой базы нет",
    ),
    "database_rights": (
        (
            "the database's user may not change the schema; "
            "run `jupyter promptyflow migrate` as one who may"
        ),
        (
            "у пользователя базы данных нет прав менять схему; "
            "выполните `jupyter promptyflow migrate` от имени того, у кого они есть"
        ),
    ),
    "database_newer": (
        "the data was written by a newer version of PromptyFlow; install that version or a later",
        "данные записаны более новой версией PromptyFlow; установите её или более позднюю",
    ),
    "database_url": (
        "PROMPTYFLOW_DATABASE_URL is not the address of a PostgreSQL server",
        "PROMPTYFLOW_DATABASE_URL не является адресом сервера PostgreSQL",
    ),
    "database_no_binaries": (
        (
            "there is no embedded database for this platform or installation; set "
            "PROMPTYFLOW_DATABASE_URL"
        ),
        (
            "для этой платформы или установки нет встроенной базы данных; задайте "
            "PROMPTYFLOW_DATABASE_URL"
        ),
    ),
    "database_unsupported": (
        "the embedded database cannot run here; set PROMPTYFLOW_DATABASE_URL",
        "встроенная база данных здесь не работает; задайте PROMPTYFLOW_DATABASE_URL",
    ),
    "database_no_account": (
        "the system does not know the account that Jupyter runs as; set PROMPTYFLOW_DATABASE_URL",
        (
            "система не знает учётную запись, под которой работает Jupyter; задайте "
            "PROMPTYFLOW_DATABASE_URL"
        ),
    ),
    "database_read_only": (
        "the database's folder cannot be written",
        "в папку базы данных нельзя писать",
    ),
    "database_unsafe_folder": (
        "the database's folder belongs to somebody else or is open to others",
        "папка базы данных принадлежит другому пользователю или открыта для других",
    ),
    "database_other_host": (
        "another machine is using the database in this folder",
        "базу данных в этой папке использует другой компьютер",
    ),
    "database_unreachable": (
        (
            "the database runs where it cannot be reached from here, in another container or on "
            "another machine"
        ),
        (
            "база данных работает там, куда отсюда нет доступа: в другом контейнере или на другом "
            "компьютере"
        ),
    ),
    "database_failed": (
        "the embedded database did not start; the server's log tells why",
        "встроенная база данных не запустилась; причина в журнале сервера",
    ),
    "policy": (
        "the administrator's policy cannot be understood; the server's log tells why",
        "настройки администратора не удалось разобрать; причина в журнале сервера",
    ),
    "policy_key": (
        "the administrator's key cannot be read; the server's log tells why",
        "ключ администратора не удалось прочитать; причина в журнале сервера",
    ),
    "address": (
        "it cannot listen at its address; the server's log tells why",
        "адрес занят или недоступен; причина в журнале сервера",
    ),
    "settings": (
        "one of its settings cannot be used; the server's log tells which",
        "одну из настроек нельзя использовать; какую именно — в журнале сервера",
    ),
    "starting": ("it is starting", "идёт запуск"),
    **HUB_REASONS,
    **PROVIDER_REASONS,
    **SPLIT_REASONS,
    **IMPORT_REASONS,
}
"""Reasons by key: what stands behind a path in a validation error, or inside a message."""


class _Lenient(dict[str, Any]):
    def __missing__(self, key: str) -> str:
        return "?"


def _pick(pair: tuple[str, str], language: Language) -> str:
    return pair[1] if language == "ru" else pair[0]


def reason(key: str, language: Language, params: dict[str, Any] | None = None) -> str:
    """Return the reason of that key; a text that is no key is returned as it is."""
    pair = REASONS.get(key)
    return key if pair is None else _pick(pair, language).format_map(_Lenient(params or {}))


def message(code: str, language: Language, details: dict[str, Any]) -> str:
    """Return the sentence for an error code, made with its details."""
    pair = MESSAGES.get(f"{code}.{details.get('kind')}") or MESSAGES[code]
    name = PROVIDER_NAMES.get(str(details.get("providerName")))
    told = details if name is None else {**details, "providerName": _pick(name, language)}
    if (limited := LIMITED.get(str(details.get("what")))) is not None:
        told = {**told, "what": _pick(limited, language)}
        told |= {key: _grouped(told[key], language) for key in ("actual", "limit") if key in told}
    return _pick(pair, language).format_map(_Lenient(told))


def _grouped(number: int, language: Language) -> str:
    return f"{number:,}".replace(",", _pick((",", "\N{NO-BREAK SPACE}"), language))


def language_of(accept_language: str | None) -> Language:
    """Return the first of our languages that the header prefers (RFC 9110, section 12.5.4)."""
    ranked = []
    for place, part in enumerate((accept_language or "").split(",")[:20]):
        tag, _, parameters = part.strip().partition(";")
        quality = parameters.strip().removeprefix("q=")
        try:
            weight = float(quality) if quality else 1.0
        except ValueError:
            weight = 0.0
        ranked.append((-weight, place, tag.strip().lower().partition("-")[0]))
    for weight, _, tag in sorted(ranked):
        if tag == "ru" and weight < 0:
            return "ru"
        if tag == "en" and weight < 0:
            return "en"
    return "en"

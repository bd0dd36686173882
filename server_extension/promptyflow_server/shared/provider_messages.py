"""What people read when an AI provider fails: the cause, and what to do next, in both languages."""

from __future__ import annotations

from typing import Final

PROVIDER_MESSAGES: Final[dict[str, tuple[str, str]]] = {
    "NO_API_KEY.sealed_otherwise": (
        (
            "The stored key of {provider} cannot be opened with this server's master key. "
            "Enter the key again in the AI settings."
        ),
        (
            "Сохранённый ключ {provider} не открывается мастер-ключом этого сервера. "
            "Введите ключ заново в настройках ИИ."
        ),
    ),
    "PROVIDER_ERROR.authentication": (
        "{providerName} did not accept the key. Check it and enter it again in the AI settings.",
        (
            "Провайдер «{providerName}» не принимает ключ. Проверьте его и введите заново в "
            "настройках ИИ."
        ),
    ),
    "PROVIDER_ERROR.permission": (
        (
            "The key is valid, but {providerName} does not allow this with it. Choose another "
            "model, or ask whoever manages the account."
        ),
        (
            "Ключ верный, но провайдер «{providerName}» не разрешает с ним это действие. Выберите "
            "другую модель или обратитесь к тому, кто управляет учётной записью."
        ),
    ),
    "PROVIDER_ERROR.region": (
        "{providerName} does not serve this country or network. Use another provider or a proxy.",
        (
            "Провайдер «{providerName}» не обслуживает эту страну или сеть. Выберите другого "
            "провайдера или прокси."
        ),
    ),
    "PROVIDER_ERROR.model_not_found": (
        "{providerName} does not have this model, or not for this key. Choose one from the list.",
        (
            "У провайдера «{providerName}» нет этой модели или она недоступна с этим ключом. "
            "Выберите из списка."
        ),
    ),
    "PROVIDER_ERROR.too_large": (
        (
            "The prompt is longer than the model takes. Select less context, or choose a model "
            "with a larger window."
        ),
        (
            "Запрос длиннее, чем принимает модель. Выберите меньше контекста или модель с большим "
            "окном."
        ),
    ),
    "PROVIDER_ERROR.rate_limit": (
        "{providerName} takes no more requests for the moment. Wait a little and send again.",
        (
            "Провайдер «{providerName}» временно не принимает запросы. Подождите немного и "
            "отправьте снова."
        ),
    ),
    "PROVIDER_ERROR.billing": (
        (
            "The account at {providerName} has no credit or has reached its limit. Top it up or "
            "raise the limit there, then send again."
        ),
        (
            "На счёте у провайдера «{providerName}» нет средств или достигнут предел расходов. "
            "Пополните счёт или увеличьте предел и отправьте снова."
        ),
    ),
    "PROVIDER_ERROR.overloaded": (
        "{providerName} is overloaded. Send again in a minute, or choose another model.",
        (
            "Провайдер «{providerName}» перегружен. Отправьте снова через минуту или выберите "
            "другую модель."
        ),
    ),
    "PROVIDER_ERROR.blocked": (
        "{providerName} blocked this by its content rules. Change the prompt or the context.",
        (
            "Провайдер «{providerName}» заблокировал это по своим правилам. Измените запрос или "
            "контекст."
        ),
    ),
    "PROVIDER_ERROR.bad_request": (
        (
            "{providerName} refused the request as it is. Check the model's parameters. "
            "It says: {providerMessage}"
        ),
        (
            "Провайдер «{providerName}» отклонил запрос. Проверьте параметры модели. "
            "Ответ провайдера: {providerMessage}"
        ),
    ),
    "PROVIDER_ERROR.server": (
        "{providerName} has a fault of its own. Send again in a minute.",
        "Внутренняя ошибка провайдера «{providerName}». Отправьте снова через минуту.",
    ),
    "PROVIDER_ERROR.network": (
        (
            "{providerName} cannot be reached. Check the address and this machine's network or "
            "proxy, and whether the server runs."
        ),
        (
            "Нет связи с провайдером «{providerName}». Проверьте адрес, сеть или прокси этой "
            "машины и то, что сервер запущен."
        ),
    ),
    "PROVIDER_ERROR.address": (
        "This server does not connect to that address. Use a public https address.",
        "Сервер не подключается к этому адресу. Укажите публичный адрес https.",
    ),
    "PROVIDER_ERROR.not_an_api": (
        (
            "What answers at this address does not speak the expected API. Check the base URL "
            "(it often ends in /v1)."
        ),
        (
            "По этому адресу отвечает не тот API, который ожидается. Проверьте базовый URL "
            "(часто он заканчивается на /v1)."
        ),
    ),
    "PROVIDER_ERROR.interrupted": (
        "The connection ended before the answer was complete. What had arrived is kept.",
        "Соединение прервалось до конца ответа. Полученная часть сохранена.",
    ),
    "PROVIDER_ERROR.endless": (
        "The answer does not end: it was stopped. What had arrived is kept.",
        "Ответ не заканчивается и был остановлен. Полученная часть сохранена.",
    ),
    "PROVIDER_ERROR.stopped": (
        "The server stopped while the answer was coming. What had arrived is kept.",
        "Сервер остановился во время ответа. Полученная часть сохранена.",
    ),
    "PROVIDER_TIMEOUT.connect": (
        "No connection to {providerName} within {seconds} s. Check the address and the network.",
        ("Нет соединения с провайдером «{providerName}» за {seconds} с. Проверьте адрес и сеть."),
    ),
    "PROVIDER_TIMEOUT.silence": (
        "{providerName} said nothing for {seconds} s. Send again, or choose a faster model.",
        (
            "Провайдер «{providerName}» молчит уже {seconds} с. Отправьте снова или выберите "
            "модель быстрее."
        ),
    ),
    "PROVIDER_TIMEOUT.total": (
        "The answer was not complete after {seconds} s. Allow more time, or ask for less.",
        "Ответ не завершён за {seconds} с. Увеличьте время или запросите меньше.",
    ),
}
"""By code and kind: ``CODE.kind``."""

PROVIDER_REASONS: Final[dict[str, tuple[str, str]]] = {
    "master_key": (
        "its master key cannot be used, see the server's log",
        "мастер-ключ нельзя использовать, см. журнал сервера",
    ),
    "reenter_key": (
        "must be entered again when the address changes",
        "нужно ввести заново, если меняется адрес",
    ),
    "key_characters": (
        "holds spaces or characters that no key has",
        "содержит пробелы или символы, которых не бывает в ключах",
    ),
    "url": ("is not an http or https address", "не является адресом http или https"),
    "url_https": ("must begin with https://", "должно начинаться с https://"),
    "url_parts": (
        "must have no user name, password, query or fragment",
        "не должно содержать имя, пароль, параметры или якорь",
    ),
    "unknown_provider": ("is not a provider known here", "неизвестный провайдер"),
    "one_of_both": (
        "either messages, or projectId with promptBlockId",
        "либо messages, либо projectId и promptBlockId",
    ),
}
"""Reasons, as ``shared.messages.REASONS``."""

PROVIDER_NAMES: Final[dict[str, tuple[str, str]]] = {
    "OpenAI-compatible server": ("OpenAI-compatible server", "Сервер, совместимый с OpenAI"),
}
"""Those that are not called by their maker's name."""

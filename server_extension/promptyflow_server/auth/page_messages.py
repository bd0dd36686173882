"""What the service's own page says, in English and Russian; HTML is escaped here already."""

from __future__ import annotations

from typing import Final

PAGE: Final[dict[str, tuple[str, str]]] = {
    "title": ("PromptyFlow Lab", "PromptyFlow Lab"),
    "other_language": ("Русский", "English"),
    "other_code": ("ru", "en"),
    "loading": ("One moment…", "Секунду…"),
    "needs_script": (
        "This page needs JavaScript.",
        "Этой странице нужен JavaScript.",
    ),
    "welcome": (
        "The prompt workbench for notebooks: large context, exact prompts, reproducible runs.",
        "Мастерская промптов для ноутбуков: большой контекст, точные промпты, повторяемые запуски.",
    ),
    "guest_hint": (
        "Sign in to make tokens with which your notebooks and scripts work here.",
        "Войдите, чтобы создать токены, с которыми здесь работают ваши ноутбуки и скрипты.",
    ),
    "sign_in": ("Sign in", "Войти"),
    "signed_in_as": ("Signed in as", "Вы вошли как"),
    "sign_out": ("Sign out", "Выйти"),
    "sign_out_everywhere": ("Sign out everywhere", "Выйти на всех устройствах"),
    "sign_out_everywhere_hint": (
        "Ends your sessions in all browsers. Tokens below stay valid until you revoke them.",
        "Завершает ваши сеансы во всех браузерах. Токены ниже действуют, пока вы их не отзовёте.",
    ),
    "tokens": ("Access tokens", "Токены доступа"),
    "tokens_hint": (
        "Whoever has a token works here as you. Give each machine its own.",
        "Владелец токена работает здесь от вашего имени. Для каждой машины заведите свой.",
    ),
    "no_tokens": ("There are no tokens yet.", "Токенов пока нет."),
    "name": ("Name", "Название"),
    "created": ("Made", "Создан"),
    "expires": ("Valid until", "Действует до"),
    "last_used": ("Last used", "Использован"),
    "never": ("never", "никогда"),
    "for_ever": ("revoked", "отзыва"),
    "revoke": ("Revoke", "Отозвать"),
    "revoke_sure": (
        "Revoke this token? What uses it stops working.",
        "Отозвать токен? То, что им пользуется, перестанет работать.",
    ),
    "new_token": ("New token", "Новый токен"),
    "token_name_example": ("such as “laptop”", "например, «ноутбук»"),
    "valid_for": ("Valid for", "Срок действия"),
    "days_30": ("30 days", "30 дней"),
    "days_90": ("90 days", "90 дней"),
    "days_365": ("a year", "год"),
    "days_0": ("until it is revoked", "до отзыва"),
    "create": ("Make a token", "Создать токен"),
    "shown_once": (
        "Copy the token now: it is not shown again.",
        "Скопируйте токен сейчас: больше он показан не будет.",
    ),
    "copy": ("Copy", "Копировать"),
    "copied": ("Copied", "Скопировано"),
    "connect": ("Connect a notebook", "Подключить ноутбук"),
    "connect_variables": (
        "Set these where your Jupyter starts, with a token made above:",
        "Задайте их там, где запускается ваш Jupyter, с токеном, созданным выше:",
    ),
    "connect_then": ("Then in any notebook:", "Затем в любом ноутбуке:"),
    "failed": (
        "Something went wrong. Try again.",
        "Что-то пошло не так. Повторите попытку.",
    ),
    "denied": (
        "The sign-in was cancelled.",
        "Вход отменён.",
    ),
    "session_ended": (
        "Your session has ended. Sign in again.",
        "Сеанс завершён. Войдите снова.",
    ),
}

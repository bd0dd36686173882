"""What people of a JupyterHub read, in English and Russian."""

from __future__ import annotations

from typing import Final

HUB_MESSAGES: Final[dict[str, tuple[str, str]]] = {
    "UNAUTHENTICATED.hub_server": (
        "JupyterHub no longer knows this server. Stop it in the Hub's control panel and start it.",
        "JupyterHub больше не знает этот сервер. Остановите его в панели управления и запустите.",
    ),
    "FORBIDDEN.hub_not_a_person": (
        "PromptyFlow is for people; this token belongs to a service of the Hub.",
        "PromptyFlow — для людей, а этот токен принадлежит службе JupyterHub.",
    ),
    "FORBIDDEN.hub_scope": (
        (
            "This token of JupyterHub does not open PromptyFlow: it lacks the scope "
            "access:services!service={service}. Ask your administrator."
        ),
        (
            "Этот токен JupyterHub не открывает PromptyFlow: не хватает права "
            "access:services!service={service}. Обратитесь к администратору."
        ),
    ),
    "FORBIDDEN.hub_other_server": (
        "This token was given to another person's server, which may not act for you here.",
        "Этот токен выдан серверу другого человека, который не может действовать здесь за вас.",
    ),
    "FORBIDDEN.hub_owner_only": (
        (
            "On a shared server PromptyFlow is there for its owner only. Open your own server to "
            "work with your projects."
        ),
        (
            "На общем сервере PromptyFlow доступен только его владельцу. Чтобы работать со своими "
            "проектами, откройте собственный сервер."
        ),
    ),
}

HUB_REASONS: Final[dict[str, tuple[str, str]]] = {
    "hub": ("JupyterHub does not answer", "JupyterHub не отвечает"),
    "hub_direct": (
        (
            "this server runs on a JupyterHub and must use the Hub's PromptyFlow service "
            "(PROMPTYFLOW_REMOTE_URL)"
        ),
        (
            "сервер работает под JupyterHub и должен использовать службу PromptyFlow "
            "(PROMPTYFLOW_REMOTE_URL)"
        ),
    ),
    "remote": (
        "the PromptyFlow service of this JupyterHub does not answer",
        "служба PromptyFlow этого JupyterHub не отвечает",
    ),
    "remote_stranger": (
        "what answers at PROMPTYFLOW_REMOTE_URL is not PromptyFlow",
        "по адресу PROMPTYFLOW_REMOTE_URL отвечает не PromptyFlow",
    ),
    "remote_url": (
        "PROMPTYFLOW_REMOTE_URL works in a server that JupyterHub started, and must be a URL",
        "PROMPTYFLOW_REMOTE_URL действует в сервере, запущенном JupyterHub, и должен быть URL",
    ),
}

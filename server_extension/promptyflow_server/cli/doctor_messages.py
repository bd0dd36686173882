"""What the doctor says, in English and Russian."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from promptyflow_server.shared.messages import reason

if TYPE_CHECKING:
    from promptyflow_server.shared.messages import Language

STATES: Final = {
    "ok": ("fine", "в порядке"),
    "note": ("for your information", "к сведению"),
    "warning": ("worth a look", "стоит проверить"),
    "problem": ("does not work", "не работает"),
}
TITLES: Final = {
    "version": ("Version", "Версия"),
    "jupyter": ("JupyterLab", "JupyterLab"),
    "folder": ("Data folder", "Папка данных"),
    "database": ("Database", "База данных"),
    "schema": ("Schema", "Схема"),
    "pool": ("Connections", "Соединения"),
    "listen": ("Changes", "Изменения"),
    "replica": ("Replica", "Реплика"),
    "key": ("Master key", "Мастер-ключ"),
    "policy": ("Policy", "Правила"),
    "wall": ("Row-level security", "Защита на уровне строк"),
    "sealed": ("Providers' keys", "Ключи провайдеров"),
    "texts": ("Texts", "Тексты"),
    "redis": ("Redis", "Redis"),
    "hub": ("JupyterHub", "JupyterHub"),
    "limits": ("Rate limits", "Ограничения частоты"),
    "metrics": ("Metrics", "Метрики"),
}
FINDINGS: Final = {
    "summary": (
        "{problems} problems, {warnings} warnings.",
        "Проблем: {problems}, предупреждений: {warnings}.",
    ),
    "version": ("PromptyFlow Lab {version}, Python {python}",) * 2,
    "extension": (
        "the extension and its panel are installed",
        "расширение и его панель установлены",
    ),
    "no_extension": (
        "the Jupyter Server extension is not enabled in this environment",
        "расширение Jupyter Server не включено в этом окружении",
    ),
    "no_panel": (
        "the panel for JupyterLab is not installed in this environment",
        "панель для JupyterLab не установлена в этом окружении",
    ),
    "folder": ("{folder}, {free} GB free", "{folder}, свободно {free} ГБ"),
    "no_folder": (
        "{folder} is no folder that this account can write to",
        "{folder} — не папка, в которую эта учётная запись может писать",
    ),
    "policy": ("{file}", "{file}"),
    "policy_broken": (
        "{file} cannot be understood, and nothing is served",
        "{file} не удалось разобрать, и сервис не работает",
    ),
    "little_space": (
        "{folder}: only {free} GB are free on its disk",
        "{folder}: на диске свободно только {free} ГБ",
    ),
    "network": (
        "it is on network storage ({kind}), where locks are not reliable",
        "она на сетевом хранилище ({kind}), где блокировки ненадёжны",
    ),
    "embedded": (
        "embedded PostgreSQL {version}, {size}",
        "встроенный PostgreSQL {version}, {size}",
    ),
    "external": (
        "PostgreSQL {version} at {host}, database {name}, {size}",
        "PostgreSQL {version} на {host}, база {name}, {size}",
    ),
    "not_yet": (
        "embedded; it will be made at the first use",
        "встроенная; будет создана при первом использовании",
    ),
    "no_binaries": (
        "there is no embedded database for this platform or installation",
        "для этой платформы или установки нет встроенной базы данных",
    ),
    "database_away": ("{reason}", "{reason}"),
    "too_old": (
        "PostgreSQL {version} at {host} is too old",
        "PostgreSQL {version} на {host} слишком старый",
    ),
    "encoding": (
        "database {name} at {host} is encoded as {encoding}, so it cannot hold every text",
        "база {name} на {host} в кодировке {encoding}, поэтому вмещает не всякий текст",
    ),
    "schema": ("{current}, as this version needs it", "{current}, как нужно этой версии"),
    "schema_behind": (
        "{current}, this version needs {wanted}",
        "{current}, этой версии нужна {wanted}",
    ),
    "schema_newer": (
        "{current} is newer than this version knows ({wanted})",
        "{current} новее, чем знает эта версия ({wanted})",
    ),
    "pool": (
        "each server process keeps up to {pool}, the database allows {allowed} in all",
        "каждый процесс сервера держит до {pool}, база данных допускает всего {allowed}",
    ),
    "direct": (
        "heard at once, by LISTEN",
        "слышны сразу, через LISTEN",
    ),
    "pooler_with_direct": (
        "a pooler is in between; changes are heard by the direct address",
        "используется пулер; изменения слышны по прямому адресу",
    ),
    "pooler": (
        "a pooler is in between, so changes of other processes are looked for every second",
        "используется пулер, поэтому изменения других процессов ищутся каждую секунду",
    ),
    "wall": (
        "in force: people's transactions take on the role {role}",
        "действует: транзакции людей выполняются в роли {role}",
    ),
    "no_wall": (
        (
            "off: the login {login} cannot work in the role {role};"
            " people are kept apart by the statements alone"
        ),
        (
            "выключена: логин {login} не может работать в роли {role};"
            " данные людей разделены только самими запросами"
        ),
    ),
    "wall_asleep": (
        "off for tables that have policies: {asleep}",
        "выключена для таблиц, у которых есть политики: {asleep}",
    ),
    "replica": (
        "follows; its last change is {seconds} s old",
        "следует за основной; её последнему изменению {seconds} с",
    ),
    "no_replica": (
        "the address leads to a server that follows nobody",
        "адрес ведёт к серверу, который ни за кем не следует",
    ),
    "replica_away": (
        "it does not answer; all reads go to the database itself",
        "не отвечает; все чтения идут в основную базу",
    ),
    "key": (
        "{file} ({kid}, lines: {count})",
        "{file} ({kid}, строк: {count})",
    ),
    "key_environment": (
        "comes from the environment ({kid})",
        "взят из окружения ({kid})",
    ),
    "no_key_yet": (
        "none yet; it will be made when the first provider's key is saved",
        "ещё нет; будет создан при сохранении первого ключа провайдера",
    ),
    "key_missing": ("there is no file {file}", "нет файла {file}"),
    "key_unsafe": ("{said}", "{said}"),
    "sealed": ("{known}, all can be opened", "{known}, все открываются"),
    "sealed_lost": (
        "{lost} were sealed with a master key that is not here ({kids}); {known} can be opened",
        "запечатаны отсутствующим мастер-ключом ({kids}): {lost}; открываются: {known}",
    ),
    "counted": (
        "the counts of all {projects} projects agree with their texts",
        "счётчики всех проектов ({projects}) совпадают с текстами",
    ),
    "miscounted": (
        "of {projects} projects the counts of {count} differ from their texts: {ids}",
        "проектов, у которых счётчики расходятся с текстами: {count} из {projects}: {ids}",
    ),
    "no_redis": (
        "not used; each process counts and keeps for itself, which is right for one process",
        "не используется; каждый процесс считает и хранит сам, для одного процесса это верно",
    ),
    "redis": ("answers", "отвечает"),
    "redis_away": (
        "does not answer; each process counts and keeps for itself meanwhile",
        "не отвечает; пока каждый процесс считает и хранит сам",
    ),
    "redis_package": (
        "PROMPTYFLOW_REDIS_URL is set, but the package is not installed",
        "PROMPTYFLOW_REDIS_URL задан, но пакет не установлен",
    ),
    "redis_url": (
        "PROMPTYFLOW_REDIS_URL is not the address of a Redis server",
        "PROMPTYFLOW_REDIS_URL не является адресом сервера Redis",
    ),
    "hub": (
        "{url} answers; this is its service {service}, people are kept as those of Hub {id}",
        "{url} отвечает; это его служба {service}, люди записаны за хабом {id}",
    ),
    "hub_no_token": (
        "no token of this service's own: names that were deleted and made anew are not told apart",
        "нет своего токена службы: имена, удалённые и созданные заново, не различаются",
    ),
    "hub_no_role": (
        "it does not tell when accounts were made: names made anew are not told apart",
        "он не сообщает, когда созданы учётные записи: имена, созданные заново, не различаются",
    ),
    "hub_away": ("{url} does not answer", "{url} не отвечает"),
    "limits": (
        (
            "a minute in the standalone service: {requests} requests, {sends} sends, "
            "{sign_ins} failed sign-ins"
        ),
        (
            "в минуту для отдельного сервиса: запросов {requests}, отправок {sends}, "
            "неудачных входов {sign_ins}"
        ),
    ),
    "no_metrics": (
        "closed in the standalone service; in Jupyter open to whoever may use the server",
        "в отдельном сервисе закрыты; в Jupyter открыты тем, кто может пользоваться сервером",
    ),
    "metrics": (
        "open to whoever has the token",
        "открыты тем, у кого есть токен",
    ),
}
ADVICE: Final = {
    "reinstall": (
        "install it there: pip install promptyflow-lab, then start JupyterLab anew",
        "установите его туда: pip install promptyflow-lab, затем перезапустите JupyterLab",
    ),
    "policy": (
        "mend what is told above by place, or PROMPTYFLOW_POLICY_FILE",
        "исправьте указанное выше место или PROMPTYFLOW_POLICY_FILE",
    ),
    "make_space": (
        "make space: a database that cannot write refuses every change",
        "освободите место: база, которая не может писать, отклоняет все изменения",
    ),
    "local_folder": (
        (
            "choose a folder on a local disk (JUPYTER_DATA_DIR, --data-dir), or set "
            "PROMPTYFLOW_DATABASE_URL"
        ),
        (
            "выберите папку на локальном диске (JUPYTER_DATA_DIR, --data-dir) или задайте "
            "PROMPTYFLOW_DATABASE_URL"
        ),
    ),
    "set_url": (
        "set PROMPTYFLOW_DATABASE_URL to a PostgreSQL server",
        "задайте PROMPTYFLOW_DATABASE_URL с адресом сервера PostgreSQL",
    ),
    "database_url": (
        "see that it runs, and what PROMPTYFLOW_DATABASE_URL and the log say",
        "проверьте, работает ли она, что задано в PROMPTYFLOW_DATABASE_URL и что в журнале",
    ),
    "upgrade": (
        "use PostgreSQL 14 or newer",
        "используйте PostgreSQL 14 или новее",
    ),
    "encoding": (
        "make the database anew: CREATE DATABASE … ENCODING 'UTF8' TEMPLATE template0",
        "создайте базу заново: CREATE DATABASE … ENCODING 'UTF8' TEMPLATE template0",
    ),
    "migrate": (
        "jupyter promptyflow migrate; a server also does it at its first use",
        "jupyter promptyflow migrate; сервер сделает это и сам при первом использовании",
    ),
    "update": (
        "install the version of PromptyFlow that wrote the data, or a later one",
        "установите ту версию PromptyFlow, что записала данные, или более позднюю",
    ),
    "pool": (
        "lower PROMPTYFLOW_POOL_SIZE, raise max_connections, or put PgBouncer in between",
        "уменьшите PROMPTYFLOW_POOL_SIZE, увеличьте max_connections или поставьте PgBouncer",
    ),
    "wall_migrate": (
        "jupyter promptyflow migrate; it makes the role and gives it its rights",
        "jupyter promptyflow migrate; команда создаст роль и даст ей права",
    ),
    "wall_role": (
        (
            "as a superuser, once: CREATE ROLE {role} NOLOGIN; GRANT {role} TO {login};"
            " then jupyter promptyflow migrate"
        ),
        (
            "один раз от имени суперпользователя: CREATE ROLE {role} NOLOGIN;"
            " GRANT {role} TO {login}; затем jupyter promptyflow migrate"
        ),
    ),
    "wall_grant": (
        "as a superuser, once: GRANT {role} TO {login}; then jupyter promptyflow migrate",
        (
            "один раз от имени суперпользователя: GRANT {role} TO {login};"
            " затем jupyter promptyflow migrate"
        ),
    ),
    "wall_restore": (
        "somebody has switched it off: ALTER TABLE … ENABLE ROW LEVEL SECURITY for each of them",
        "её кто-то выключил: ALTER TABLE … ENABLE ROW LEVEL SECURITY для каждой из них",
    ),
    "direct_url": (
        "set PROMPTYFLOW_DATABASE_DIRECT_URL to the database's own address",
        "задайте PROMPTYFLOW_DATABASE_DIRECT_URL с адресом самой базы",
    ),
    "replica_url": (
        "PROMPTYFLOW_DATABASE_REPLICA_URL must lead to a hot standby of the database",
        "PROMPTYFLOW_DATABASE_REPLICA_URL должен вести к hot standby этой базы",
    ),
    "key_file": (
        (
            "see `PROMPTYFLOW_MASTER_KEY_FILE` in the settings: a file of the server's own "
            "account, "
            "mode 0600"
        ),
        (
            "смотрите `PROMPTYFLOW_MASTER_KEY_FILE` в настройках: файл учётной записи сервера, "
            "права 0600"
        ),
    ),
    "key_to_file": (
        (
            "name a file of mode 0600 in PROMPTYFLOW_MASTER_KEY_FILE: other processes may read an "
            "environment"
        ),
        (
            "укажите файл с правами 0600 в PROMPTYFLOW_MASTER_KEY_FILE: окружение могут прочитать "
            "другие процессы"
        ),
    ),
    "key_backup": (
        "keep a copy of this file, apart from the backups of the database",
        "храните копию этого файла отдельно от резервных копий базы",
    ),
    "sealed_lost": (
        "add that master key as one more line to the file, or let people enter their keys again",
        "добавьте тот мастер-ключ ещё одной строкой в файл или пусть люди введут ключи заново",
    ),
    "miscounted": (
        (
            "please report it; saving any item of the project counts it anew, limits may be "
            "off till "
            "then"
        ),
        "пожалуйста, сообщите об этом; до исправления пределы могут считаться неверно",
    ),
    "redis_package": (
        "pip install 'promptyflow-lab[redis]'",
        "pip install 'promptyflow-lab[redis]'",
    ),
    "redis_url": (
        "see that it runs and that PROMPTYFLOW_REDIS_URL leads there",
        "проверьте, работает ли он и туда ли ведёт PROMPTYFLOW_REDIS_URL",
    ),
    "hub_token": (
        "give the service its token of the Hub by JUPYTERHUB_API_TOKEN_FILE",
        "дайте службе её токен хаба через JUPYTERHUB_API_TOKEN_FILE",
    ),
    "hub_role": (
        "give it the token of the Hub's configuration and the role read:users",
        "дайте ей токен из конфигурации хаба и роль read:users",
    ),
    "hub_url": (
        "see that it runs and that JUPYTERHUB_API_URL leads there",
        "проверьте, работает ли он и туда ли ведёт JUPYTERHUB_API_URL",
    ),
    "metrics_token": (
        "PROMPTYFLOW_METRICS_TOKEN_FILE opens them to Prometheus",
        "PROMPTYFLOW_METRICS_TOKEN_FILE открывает их для Prometheus",
    ),
}


def told(name: str, language: Language, /, **params: object) -> str:
    """Return a sentence; a reason in it is told in the same language."""
    if "reason" in params:
        params["reason"] = reason(str(params["reason"]), language)
    sentences = FINDINGS.get(name) or ADVICE[name]
    return sentences[language == "ru"].format(**params)

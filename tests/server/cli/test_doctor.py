"""The doctor says what is configured, what works and what to do, and never a secret."""

from __future__ import annotations

import inspect
import re

import psycopg
import pytest
from command import run_command
from people import Person
from postgres_process import PostgresProcess, short_folder

from promptyflow_server.cli import checks, database_checks, messages, wall_checks
from promptyflow_server.cli.doctor_messages import ADVICE, FINDINGS, TITLES, told
from promptyflow_server.cli.wall_checks import examine_wall
from promptyflow_server.storage import connecting, migrate, wall
from promptyflow_server.storage.tables import metadata

PASSWORD = "planted-password-of-the-database"


def doctor(data, *arguments, language="en", **environment):
    return run_command(data, "--language", language, "doctor", *arguments, **environment)


@pytest.mark.parametrize(
    "pair", [*FINDINGS.values(), *ADVICE.values(), *messages.SENTENCES.values()]
)
def test_every_sentence_exists_in_english_and_russian(pair):
    english, russian = pair
    places = [set(re.findall(r"{\w+}", text)) for text in pair]
    assert places[0] == places[1]
    assert not re.search("[а-яё]", english)
    words = re.sub(r"{\w+}|PromptyFlow Lab|Python|pip install .*", "", english)
    if re.search(r"[a-z]{3}", words):
        assert re.search("[а-яё]", russian)


def test_what_the_checks_name_is_there():
    source = "".join(map(inspect.getsource, (checks, database_checks, wall_checks)))
    found = re.findall(r'Finding\(\s*"(\w+)", (?:"\w+"|state), "(\w+)"', source)
    assert len(found) > 25
    for area, name in found:
        assert area in TITLES
        assert name in FINDINGS, name


def test_a_machine_without_anything_is_told_what_will_be_made(tmp_path):
    done = doctor(tmp_path / "new")
    assert done.code == 0
    assert "it will be made at the first use" in done.out
    assert not (tmp_path / "new").exists()
    russian = doctor(tmp_path / "new", language="ru")
    assert "будет создана при первом использовании" in russian.out
    assert run_command(tmp_path, "doctor", LANG="ru_RU.UTF-8").out.count("[") > 5


def test_what_keeps_the_service_from_starting_is_told(tmp_path):
    broken = tmp_path / "policy.toml"
    broken.write_text("[budget]\ndollars_per_month = 'much'\n")
    done = doctor(broken / "data", PROMPTYFLOW_POLICY_FILE=str(broken))
    assert done.code == 1
    assert f"{broken} is no folder that this account can write to" in done.out
    assert f"{broken} cannot be understood" in done.out
    assert "budget.dollars_per_month" in done.err


async def test_a_server_that_works_is_told_so(tmp_path, database_url, server, work):
    async with server(tmp_path, database_url=database_url) as one:
        await work(Person(one, "ann")).fill(1)
        await one.services.api_keys._vault._keys()
    done = doctor(tmp_path, PROMPTYFLOW_DATABASE_URL=database_url)
    assert done.code == 0, done.out
    for words in (
        "✓ Database: PostgreSQL 18",
        "✓ Schema: ",
        "✓ Changes: heard at once",
        "✓ Row-level security: in force",
        "✓ Texts: the counts of all 1 projects agree",
        "✓ Master key: ",
        "0 problems",
    ):
        assert words in done.out, done.out


@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE projects SET chars = chars + 1",
        "UPDATE nodes SET chars = chars + 1 WHERE sub_item_id > 0",
        "UPDATE nodes SET total = total - 1 WHERE item_id = 0",
        "UPDATE nodes SET total = total + 1 WHERE item_id = 2 AND sub_item_id = 0",
        "UPDATE nodes SET children = 0 WHERE item_id = 2 AND sub_item_id = 0",
        "UPDATE node_chunks SET text = text || 'x' WHERE item_id = 1",
        "UPDATE node_chunks SET chars = chars + 1 WHERE item_id = 1",
        "DELETE FROM node_chunks WHERE item_id = 3",
    ],
)
async def test_counts_that_are_wrong_are_found(damaged, tmp_path, damage):
    url, project_id = damaged
    with psycopg.connect(url) as connection:
        assert connection.execute(damage).rowcount > 0
        connection.commit()
    done = doctor(tmp_path, PROMPTYFLOW_DATABASE_URL=url)
    assert done.code == 1
    assert f"of 1 projects the counts of 1 differ from their texts: {project_id}" in done.out
    assert doctor(tmp_path, "--quick", PROMPTYFLOW_DATABASE_URL=url).code == 0


@pytest.fixture
async def damaged(tmp_path, database_url, server, work):
    async with server(tmp_path, database_url=database_url) as one:
        ann = Person(one, "ann")
        await work(ann).fill(1)
        [summary] = (await ann.get("/api/projects"))["items"]
    return database_url, summary["id"]


def test_what_does_not_work_is_told_with_what_to_do(tmp_path):
    environment = {
        "PROMPTYFLOW_DATABASE_URL": f"postgresql://u:{PASSWORD}@127.0.0.1:1/x",
        "PROMPTYFLOW_DATABASE_REPLICA_URL": f"postgresql://u:{PASSWORD}@127.0.0.1:1/x",
        "PROMPTYFLOW_REDIS_URL": f"redis://:{PASSWORD}@127.0.0.1:1/0",
        "PROMPTYFLOW_MASTER_KEY_FILE": str(tmp_path / "nothing.key"),
        "PROMPTYFLOW_METRICS_TOKEN": f"{PASSWORD}-metrics",
    }
    for language, words in (("en", "does not answer"), ("ru", "не отвечает")):
        done = doctor(tmp_path, language=language, **environment)
        assert done.code == 1
        for title in ("Database", "Redis", "Replica") if language == "en" else ("База", "Redis"):
            assert re.search(rf"✗ {title}.*{words}", done.out), done.out
        assert done.out.count("✗") == 4
        assert done.out.count("→") >= 4
        assert PASSWORD not in done.out + done.err


def test_a_setting_that_cannot_be_is_named(tmp_path):
    done = doctor(tmp_path, language="ru", PROMPTYFLOW_POOL_SIZE="many")
    assert done.code == 2
    assert "PROMPTYFLOW_POOL_SIZE" in done.err


def test_a_schema_that_is_behind_or_ahead_is_told(tmp_path, database_url, empty_database_url):
    behind = doctor(tmp_path, PROMPTYFLOW_DATABASE_URL=empty_database_url)
    assert (behind.code, "jupyter promptyflow migrate" in behind.out) == (0, True)
    with psycopg.connect(empty_database_url) as connection:
        there = connection.execute("SELECT to_regclass('projects')").fetchone()
    assert there == (None,), "the doctor changes nothing"
    with psycopg.connect(database_url) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
        connection.commit()
    ahead = doctor(tmp_path, PROMPTYFLOW_DATABASE_URL=database_url)
    assert (ahead.code, "install the version" in ahead.out) == (1, True)


def test_the_wall_between_people_is_told_with_what_raises_it(tmp_path, monkeypatch):
    with short_folder() as folder, PostgresProcess(folder).create() as postgres:
        migrate.to_this_version(connecting.external_options(postgres.url))
        url = postgres.url.replace("postgres@", "narrow@")

        def told_of(language="en"):
            done = doctor(tmp_path, "--quick", language=language, PROMPTYFLOW_DATABASE_URL=url)
            return done.code, done.out

        with psycopg.connect(postgres.url, autocommit=True) as superuser:
            superuser.execute("CREATE ROLE narrow LOGIN IN ROLE pg_read_all_data")
            code, off = told_of()
            assert code == 0, off
            assert "! Row-level security: off: the login narrow cannot work" in off
            assert "GRANT promptyflow_person TO narrow; then jupyter promptyflow migrate" in off
            assert "! Защита на уровне строк: выключена: логин narrow" in told_of("ru")[1]
            superuser.execute("GRANT promptyflow_person TO narrow")
            assert "✓ Row-level security: in force" in told_of()[1]
            superuser.execute("ALTER TABLE nodes DISABLE ROW LEVEL SECURITY")
            code, asleep = told_of()
            assert code == 1
            assert "✗ Row-level security: off for tables that have policies: nodes" in asleep
            superuser.execute("ALTER TABLE nodes ENABLE ROW LEVEL SECURITY")

            monkeypatch.setattr(wall, "PERSON_ROLE", "nobody_here")
            unknown = wall._TRY.replace("promptyflow_person", "nobody_here")
            monkeypatch.setattr(wall, "_TRY", unknown)
            assert examine_wall(superuser).advice == "wall_migrate", "it may make the role"
            with psycopg.connect(url, autocommit=True) as other:
                finding = examine_wall(other)
            assert (finding.name, finding.advice) == ("no_wall", "wall_role")
            assert "CREATE ROLE nobody_here NOLOGIN" in told("wall_role", "en", **finding.params)


def test_the_tables_that_a_restore_drops_are_all_tables():
    assert {"users", "projects", "node_chunks", "api_keys", "runs"} <= metadata.tables.keys()

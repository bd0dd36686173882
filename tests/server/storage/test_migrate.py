"""The schema: made by migrations, equal to the tables the code works with."""

from __future__ import annotations

import re
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg
import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, text

from promptyflow_server.shared.errors import Unavailable
from promptyflow_server.storage import connecting, migrate
from promptyflow_server.storage.tables import metadata

CATALOG = {
    "columns": """
        SELECT c.relname, a.attnum, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull,
               pg_get_expr(d.adbin, d.adrelid), a.attcollation::regcollation::text
        FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
        LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
        WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace AND a.attnum > 0""",
    "constraints": """
        SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid)
        FROM pg_constraint WHERE connamespace = 'public'::regnamespace""",
    "indexes": "SELECT indexdef FROM pg_indexes WHERE schemaname = 'public'",
    "options": """
        SELECT relname, reloptions FROM pg_class
        WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace""",
}


def options(url):
    return connecting.external_options(url)


def engine_for(url):
    return create_engine("postgresql+psycopg://", connect_args=options(url))


def catalog(connection):
    return {
        what: {tuple(map(str, row)) for row in connection.execute(query)}
        for what, query in CATALOG.items()
    }


def test_the_migrated_schema_is_that_of_the_tables(database_url):
    engine = engine_for(database_url)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_server_default": True})
        assert compare_metadata(context, metadata) == []
    engine.dispose()


def test_migrated_and_freshly_made_tables_agree_to_the_last_name(database_url, empty_database_url):
    """What alembic's comparison does not see: names of constraints, checks, storage options."""
    with psycopg.connect(**options(database_url)) as connection:
        connection.execute("DROP TABLE alembic_version")
        migrated = catalog(connection)
        functions = connection.execute(
            "SELECT pg_get_functiondef(oid) FROM pg_proc"
            " WHERE proname LIKE 'pf\\_%' AND provolatile = 'i'"  # what columns are computed by
        ).fetchall()
        connection.rollback()
    with psycopg.connect(**options(empty_database_url)) as connection:
        for (definition,) in functions:
            connection.execute(definition)
    engine = engine_for(empty_database_url)
    metadata.create_all(engine)
    engine.dispose()
    with psycopg.connect(**options(empty_database_url)) as connection:
        made = catalog(connection)
    for what in CATALOG:
        assert migrated[what] == made[what], what
        assert migrated[what]


def test_what_the_tables_cannot_say_is_in_the_migration(database_url):
    with psycopg.connect(**options(database_url)) as connection:
        storage = connection.execute(
            "SELECT attrelid::regclass::text || '.' || attname FROM pg_attribute"
            " WHERE attstorage = 'e' AND attrelid::regclass::text IN ('node_chunks', 'templates')"
        ).fetchall()
    assert set(storage) == {("node_chunks.text",), ("templates.tsv",)}


def test_templates_are_found_by_their_owner_and_stems_only(database_url):
    mine, hers = (f"00000000-0000-7000-8000-00000000000{digit}" for digit in (1, 2))
    with psycopg.connect(**options(database_url)) as connection:
        for owner in (mine, hers):
            connection.execute("INSERT INTO users (id, name) VALUES (%s, 'x')", [owner])
            connection.execute(
                "INSERT INTO templates (owner_id, id, name, content)"
                " VALUES (%s, gen_random_uuid(), 'Обзоры кода', '<task>Найди ошибки</task>')",
                [owner],
            )
        word = mine.replace("-", "")
        for found, query in (
            (1, f"'~{word}' & 'обзор':A"),
            (1, f"'~{word}' & 'ошибк'"),
            (1, f"'~{word}' & 'task'"),
            (0, f"'~{word}' & 'reviews'"),
        ):
            rows = connection.execute(
                "SELECT owner_id::text FROM templates WHERE tsv @@ %s::tsquery", [query]
            ).fetchall()
            assert rows == [(mine,)] * found, query
        rows = connection.execute(
            "SELECT owner_id::text FROM templates WHERE name_lex @@ %s::tsquery",
            [f"'{word}/обз':*"],
        ).fetchall()
    assert rows == [(mine,)]


def test_a_text_too_long_for_the_index_is_stored_whole(database_url):
    content = "".join(f"word{number} " for number in range(300_000))
    with psycopg.connect(**options(database_url)) as connection:
        connection.execute("INSERT INTO users (id, name) VALUES (gen_random_uuid(), 'x')")
        connection.execute(
            "INSERT INTO templates (owner_id, id, name, content)"
            " SELECT id, gen_random_uuid(), 'long', %s FROM users",
            [content],
        )
        stored = connection.execute("SELECT content FROM templates").fetchone()
    assert stored == (content,)


def test_no_revision_takes_away_what_the_version_before_works_with():
    """Both work at once during an upgrade: what is not needed any more goes a version later."""
    takes_away = re.compile(
        r"op\.(drop_(table|column)|rename_table|alter_column)\b"
        r"|\b(DROP (TABLE|COLUMN)|RENAME|SET NOT NULL|SET DATA TYPE)\b"
    )
    folder = Path(migrate.__file__).parent / "migrations" / "versions"
    found = {path.name for path in folder.glob("0*.py") if takes_away.search(path.read_text())}
    assert found == set(), "docs/developers/migrations.md says how it is done in two steps"


def test_this_versions_revisions_are_one_line():
    scripts = ScriptDirectory.from_config(migrate.alembic_config())
    known = migrate.revisions()
    assert scripts.get_heads() == [known[-1]]
    assert [script.revision for script in scripts.walk_revisions()][::-1] == known


def test_a_schema_that_is_right_is_not_touched(database_url):
    code = (
        "import sys; from promptyflow_server.storage import connecting, migrate;"
        " migrate.to_this_version(connecting.external_options(sys.argv[1]));"
        " print('alembic' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, database_url], capture_output=True, text=True, check=True
    )
    assert done.stdout == "False\n"


def test_two_servers_that_migrate_at_once_do_it_once(empty_database_url):
    code = (
        "import sys; from promptyflow_server.storage import connecting, migrate;"
        " migrate.to_this_version(connecting.external_options(sys.argv[1]))"
    )
    started = [subprocess.Popen([sys.executable, "-c", code, empty_database_url]) for _ in range(2)]
    assert [process.wait(timeout=60) for process in started] == [0, 0]
    with psycopg.connect(**options(empty_database_url)) as connection:
        rows = connection.execute("SELECT version_num FROM alembic_version").fetchall()
    assert rows == [(migrate.revisions()[-1],)]


def test_a_server_waits_while_another_migrates_and_then_finds_it_done(empty_database_url):
    """The lock decides, not the look before it."""
    engine = engine_for(empty_database_url)
    with engine.begin() as first:
        first.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": migrate._LOCK})
        code = (
            "import sys; from promptyflow_server.storage import connecting, migrate;"
            " migrate.to_this_version(connecting.external_options(sys.argv[1]))"
        )
        second = subprocess.Popen([sys.executable, "-c", code, empty_database_url])
        waiting = text(
            "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"
            " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
        )
        deadline = time.monotonic() + 30
        while not first.execute(waiting).scalar_one():
            assert time.monotonic() < deadline
            time.sleep(0.02)
        first.execute(text("CREATE TABLE alembic_version (version_num text)"))
        head = migrate.revisions()[-1]
        first.execute(text("INSERT INTO alembic_version VALUES (:head)"), {"head": head})
    assert second.wait(timeout=60) == 0
    with engine.connect() as connection:
        assert connection.execute(text("SELECT to_regclass('users')")).scalar_one() is None
    engine.dispose()


def test_a_table_that_somebody_holds_is_waited_for_and_nobody_waits_behind(
    empty_database_url, monkeypatch
):
    """A long read, such as a backup, must not make everybody else wait for the migration."""
    before_projects_were_shared = "0007"
    engine = engine_for(empty_database_url)
    with engine.begin() as connection:
        config = migrate.alembic_config()
        config.attributes["connection"] = connection
        command.upgrade(config, before_projects_were_shared)
    others = []

    def somebody_reads():
        with engine.connect() as connection:
            start = time.monotonic()
            connection.execute(text("SELECT count(*) FROM shares"))
            others.append(time.monotonic() - start)

    tries = []
    upgrade = migrate._upgrade
    monkeypatch.setattr(migrate, "_upgrade", lambda given: (tries.append(1), upgrade(given))[1])
    with ThreadPoolExecutor() as pool, engine.connect() as reader:
        reader.execute(text("SELECT count(*) FROM shares"))  # its transaction stays open
        migrating = pool.submit(migrate.to_this_version, options(empty_database_url))
        deadline = time.monotonic() + 60
        while len(tries) < 3:
            assert time.monotonic() < deadline
            somebody_reads()
        reader.rollback()
        migrating.result(60)
    assert max(others) < 5
    with engine.connect() as connection:
        found = connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one()
    assert found == migrate.revisions()[-1]
    engine.dispose()


def test_a_table_that_is_held_for_too_long_is_told(empty_database_url, monkeypatch):
    def taken(_options):
        raise psycopg.errors.LockNotAvailable

    monkeypatch.setattr(migrate, "_upgrade", taken)
    monkeypatch.setattr(migrate, "_SECONDS", 0)
    with pytest.raises(Unavailable) as refused:
        migrate.to_this_version(options(empty_database_url))
    assert refused.value.details == {"reason": "database_busy"}


def test_data_of_a_newer_version_is_left_alone(database_url):
    with psycopg.connect(**options(database_url)) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(Unavailable) as refused:
        migrate.to_this_version(options(database_url))
    assert refused.value.details == {"reason": "database_newer"}


def test_a_user_without_the_right_to_make_tables_is_told_so(database_server, empty_database_url):
    with database_server.role("reader") as reader, pytest.raises(Unavailable) as refused:
        migrate.to_this_version({**options(empty_database_url), "options": f"-c role={reader}"})
    assert refused.value.details == {"reason": "database_rights"}


def test_a_failed_migration_leaves_nothing_behind(empty_database_url):
    with psycopg.connect(**options(empty_database_url)) as connection:
        connection.execute("CREATE TABLE runs (taken int)")
    with pytest.raises(psycopg.errors.DuplicateTable):
        migrate.to_this_version(options(empty_database_url))
    with psycopg.connect(**options(empty_database_url)) as connection:
        tables = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        assert tables.fetchall() == [("runs",)]

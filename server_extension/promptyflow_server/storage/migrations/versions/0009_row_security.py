"""A second wall behind the owner that every statement names: rows tell who may see and change them.

It stands for the role that transactions of people take on (see ``storage/wall.py``), and not for
the owner of the tables, as whom the service looks after them, migrates and is backed up.
"""

from __future__ import annotations

from alembic import op

revision = "0009"
down_revision = "0008"

# The setting of the transaction: who acts, then the groups they are in.
ACTING = """
CREATE FUNCTION pf_user() RETURNS uuid LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT nullif(split_part(current_setting('promptyflow.acting', true), ',', 1), '')::uuid
$$;
CREATE FUNCTION pf_audience() RETURNS uuid[] LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT string_to_array(current_setting('promptyflow.acting', true), ',')::uuid[]
$$
"""

# As sub-selects they are asked once for a statement, not for each row.
MINE = "{owner} = (SELECT pf_user())"
SHARED = (
    "(owner_id, {project}) IN (SELECT s.owner_id, s.project_id FROM shares s"
    " WHERE s.grantee = ANY ((SELECT pf_audience())::uuid[]){role})"
)
OWN = (
    *("templates", "template_versions", "template_usage", "api_keys", "model_configs"),
    *("runs", "run_events", "spending", "token_factors", "idempotency_keys"),
)
OF_PROJECTS = ("nodes", "node_chunks", "prompts", "selections", "history")
BY_USER = ("access_tokens", "refresh_tokens")

# Its conditions have operators that PostgreSQL would not take to an index behind the wall. It
# names the owner itself and gives ids only; what they stand for is read behind the wall.
SEARCH = "pf_search_templates(uuid, text, text, text, text, integer, integer)"


def upgrade() -> None:
    """Take the step; what is there stays as it is."""
    op.execute(ACTING)
    op.execute(f"ALTER FUNCTION {SEARCH} SECURITY DEFINER SET search_path FROM CURRENT")
    for table in OWN:
        _allow(table, "mine", "ALL", MINE.format(owner="owner_id"))
    for table in BY_USER:
        _allow(table, "mine", "ALL", MINE.format(owner="user_id"))
    for table in OF_PROJECTS:
        _allow(table, "seen", "SELECT", _or_shared("project_id"))
        _allow(table, "changed", "ALL", _or_shared("project_id", " AND s.role = 'edit'"))
    _allow("projects", "mine", "ALL", MINE.format(owner="owner_id"))
    _allow("projects", "seen", "SELECT", _or_shared("id"))
    _allow("projects", "changed", "UPDATE", _or_shared("id", " AND s.role = 'edit'"))
    _allow("shares", "mine", "ALL", MINE.format(owner="owner_id"))
    _allow("shares", "received", "SELECT", "grantee = ANY ((SELECT pf_audience())::uuid[])")
    _allow("users", "named", "SELECT", "true")
    _allow("users", "mine", "ALL", MINE.format(owner="id"))
    op.execute("ALTER TABLE audit ENABLE ROW LEVEL SECURITY")
    op.execute(
        "CREATE POLICY written ON audit FOR INSERT WITH CHECK (user_id = (SELECT pf_user()))"
    )


def _or_shared(project: str, role: str = "") -> str:
    return f"{MINE.format(owner='owner_id')} OR {SHARED.format(project=project, role=role)}"


def _allow(table: str, name: str, command: str, condition: str) -> None:
    """Let rows through; what is written must fulfil the same condition."""
    op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
    op.execute(f"CREATE POLICY {name} ON {table} FOR {command} USING ({condition})")

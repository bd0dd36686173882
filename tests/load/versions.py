"""Other versions of the server, as folders of code: the one before, and one that comes after."""

from __future__ import annotations

import io
import shutil
import subprocess
import tarfile
from pathlib import Path

from promptyflow_server.storage import migrate

ROOT = Path(__file__).parents[2]
_PACKAGES = ("promptyflow_lab", "server_extension/promptyflow_server")
_REVISIONS = "server_extension/promptyflow_server/storage/migrations/versions"

NEXT = '''"""What the next version could need: a table, columns, an index; it takes nothing away."""

import sqlalchemy as sa
from alembic import op

revision = "{next}"
down_revision = "{newest}"


def upgrade() -> None:
    op.add_column("projects", sa.Column("colour", sa.Text, nullable=True))
    op.add_column("nodes", sa.Column("is_pinned", sa.Boolean, server_default=sa.text("false")))
    op.add_column("runs", sa.Column("stars", sa.Integer, nullable=False, server_default="0"))
    op.create_table("labels", sa.Column("id", sa.Uuid, primary_key=True))
    op.create_index("ix_projects_colour", "projects", ["owner_id", "colour"])
    op.execute("UPDATE projects SET colour = 'blue'")
'''


def commit_before_the_newest_revision() -> str | None:
    """Return the last commit with the schema of before; None where there is no history."""
    newest = next((ROOT / _REVISIONS).glob(f"{migrate.revisions()[-1]}_*.py"))
    path = str(newest.relative_to(ROOT))
    command = ["git", "log", "--diff-filter=A", "--format=%H %P", "--", path]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    told = done.stdout.split()
    return told[1] if done.returncode == 0 and len(told) > 1 else None


def code_of(commit: str, folder: Path) -> Path:
    """Unpack the code of a commit."""
    command = ["git", "archive", commit, *_PACKAGES]
    packed = subprocess.run(command, cwd=ROOT, capture_output=True, check=True).stdout
    with tarfile.open(fileobj=io.BytesIO(packed)) as archive:
        archive.extractall(folder, filter="data")
    return _flat(folder)


def code_of_next_version(folder: Path) -> Path:
    """Make a version with one more revision."""
    for package in _PACKAGES:
        shutil.copytree(
            ROOT / package,
            folder / package,
            ignore=shutil.ignore_patterns("__pycache__", "labextension"),
        )
    newest = migrate.revisions()[-1]
    following = f"{int(newest) + 1:04}"
    text = NEXT.format(next=following, newest=newest)
    (folder / _REVISIONS / f"{following}_next.py").write_text(text, encoding="utf-8")
    return _flat(folder)


def _flat(folder: Path) -> Path:
    (folder / "server_extension" / "promptyflow_server").rename(folder / "promptyflow_server")
    return folder

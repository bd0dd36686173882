"""Starting is cheap: what is heavy is loaded by whoever needs it first."""

from __future__ import annotations

import subprocess
import sys

import pytest

HEAVY_FOR_A_NOTEBOOK = ["tornado", "sqlalchemy", "psycopg", "pydantic", "httpx", "ipywidgets"]
HEAVY_FOR_A_NOTEBOOK += ["IPython", "matplotlib", "narwhals", "pandas", "polars", "tqdm"]
HEAVY_FOR_A_SERVER = ["sqlalchemy", "psycopg", "alembic", "pydantic", "cryptography", "ipywidgets"]


def loaded_by(code: str, names: list[str]) -> set[str]:
    show = f"import sys\n{code}\nprint(' '.join(n for n in {names!r} if n in sys.modules))"
    done = subprocess.run([sys.executable, "-c", show], capture_output=True, text=True, check=True)
    return set(done.stdout.split())


@pytest.mark.parametrize(
    "module",
    [
        "promptyflow_lab",
        "promptyflow_lab.domain",
        "promptyflow_lab.client",
        "promptyflow_lab.sources",
        "promptyflow_lab.batch",
        "promptyflow_lab.runs",
    ],
)
def test_a_notebook_loads_nothing_heavy(module: str) -> None:
    assert loaded_by(f"import {module}", HEAVY_FOR_A_NOTEBOOK) == set()


def test_jupyters_start_loads_nothing_heavy_for_us() -> None:
    before = loaded_by(
        "import jupyter_server.serverapp, jupyter_server.extension.application",
        HEAVY_FOR_A_SERVER,
    )
    after = loaded_by(
        "import jupyter_server.serverapp, promptyflow_server.extension", HEAVY_FOR_A_SERVER
    )
    assert after == before


def test_jupyters_start_loads_what_waits_for_requests_and_no_more() -> None:
    later = ["promptyflow_server.services", "promptyflow_server.http.dispatcher"]
    later += ["promptyflow_lab.domain.model", "promptyflow_lab.domain.compile"]
    later += ["promptyflow_lab.domain.split", "promptyflow_server.auth.settings"]
    assert loaded_by("import promptyflow_server.extension", later) == set()


def test_the_way_to_a_hubs_service_speaks_http_at_its_first_request() -> None:
    ours = "import promptyflow_server.hub.remote, promptyflow_server.hub.forwarding"
    both = ["http.cookiejar", "httpx"]
    before = loaded_by("import jupyter_server.serverapp, promptyflow_server.extension", both)
    after = loaded_by(
        f"import jupyter_server.serverapp, promptyflow_server.extension\n{ours}", both
    )
    assert after == before
    later = ["promptyflow_server.hub.answers", "promptyflow_server.services"]
    assert loaded_by(ours, later) == set()


def test_the_lazy_names_are_there() -> None:
    code = "from promptyflow_lab import PromptyFlow, Panel, __version__; print(__version__)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip()

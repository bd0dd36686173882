"""What installing the wheel gives: enabled extensions, without Node and without a further step."""

from __future__ import annotations

import os
import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest
from jupyter_process import running_jupyter

ROOT = Path(__file__).parents[2]
NEEDED = [
    "promptyflow_lab/locale/ru_RU/LC_MESSAGES/promptyflow_lab.json",
    "promptyflow_server/ai/models/catalogue.json",
    "promptyflow_server/auth/page/page.html",
    "promptyflow_server/event_schemas/run.yaml",
    "promptyflow_server/storage/migrations/versions/0001_foundation.py",
    "promptyflow_server/tokens/vocabularies/o200k_base.bin",
]


def run(*command: str | Path, **more: str) -> str:
    done = subprocess.run(
        [str(part) for part in command],
        capture_output=True,
        text=True,
        cwd=ROOT,
        env={**os.environ, **more},
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    folder = tmp_path_factory.mktemp("wheel")
    run(sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "-w", folder, ROOT)
    (made,) = folder.glob("*.whl")
    return made


@pytest.fixture(scope="module")
def environment(wheel, tmp_path_factory):
    """A new environment with the wheel; its dependencies are those of the tests."""
    folder = tmp_path_factory.mktemp("environment")
    venv.create(folder, with_pip=False)
    python = folder / "bin" / "python"
    place = Path(run(python, "-c", "import site; print(site.getsitepackages()[0])").strip())
    theirs = Path(pytest.__file__).parents[1]
    (place / "dependencies.pth").write_text(f"{theirs}\n")
    pip = [sys.executable, "-m", "pip", "--python", python]
    # The tests' own environment has this very package: that one must not count as installed.
    run(*pip, "install", "-q", "--no-deps", "--force-reinstall", "--prefix", folder, wheel)
    return folder


@pytest.mark.slow
def test_the_wheel_brings_all_that_is_loaded_at_run_time(wheel):
    names = zipfile.ZipFile(wheel).namelist()
    assert set(NEEDED) <= set(names)
    assert any(name.endswith("labextensions/promptyflow-lab/static/style.js") for name in names)
    assert any(name.endswith("jupyter_server_config.d/promptyflow_server.json") for name in names)
    assert not [name for name in names if name.endswith((".ts", ".tsx", ".map"))]


@pytest.mark.slow
@pytest.mark.parametrize(
    "command", ["jupyter_server.extension.serverextension", "jupyterlab.labextensions"]
)
def test_both_extensions_are_enabled_and_ok(environment, command):
    python = environment / "bin" / "python"
    lists = f"import sys; from {command} import main; sys.argv[1:] = ['list']; main()"
    nowhere = {"JUPYTER_CONFIG_DIR": "/nonexistent", "JUPYTER_DATA_DIR": "/nonexistent"}
    told = run(python, "-c", lists, PATH="/nonexistent", **nowhere)
    ours = [line for line in told.splitlines() if "promptyflow" in line]
    assert any("enabled" in line for line in ours)
    assert any("OK" in line for line in ours), told


def test_a_strict_server_starts_without_a_warning_of_ours(tmp_path):
    with running_jupyter(tmp_path) as jupyter:
        with jupyter.http() as http:
            assert http.get("promptyflow/api/user").is_success
        lines = jupyter.log.splitlines()
    assert "--ServerApp.allow_unauthenticated_access=False" in " ".join(jupyter.process.args)
    faults = [line for line in lines if line.startswith(("[W", "[E", "[C", "Traceback"))]
    assert [line for line in faults if "Skipped non-installed" not in line] == []

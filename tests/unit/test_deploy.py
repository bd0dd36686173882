"""What lies in ``deploy/`` names only what there is, and leaves the service the time it needs."""

from __future__ import annotations

import re
from configparser import ConfigParser
from pathlib import Path

import pytest
import yaml

from promptyflow_server.settings import DRAIN_SECONDS, SERVICE_POOL_SIZE

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
FILES = sorted(path for path in DEPLOY.rglob("*") if path.is_file() and path.suffix != ".py")
VARIABLE = re.compile(r"\b((?:PROMPTYFLOW|JUPYTERHUB)_[A-Z][A-Z_]*[A-Z])\b")


def compose():
    return yaml.safe_load((DEPLOY / "compose" / "compose.yaml").read_text(encoding="utf-8"))


def manifests():
    text = (DEPLOY / "kubernetes" / "promptyflow.yaml").read_text(encoding="utf-8")
    return list(yaml.safe_load_all(text))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_every_variable_is_one_that_the_code_reads_and_the_documents_tell(path):
    code = "\n".join(
        file.read_text(encoding="utf-8")
        for folder in ("server_extension", "promptyflow_lab")
        for file in (ROOT / folder).rglob("*.py")
    )
    told = "\n".join(
        file.read_text(encoding="utf-8") for file in (ROOT / "docs" / "operators").glob("*.md")
    )
    for name in VARIABLE.findall(path.read_text(encoding="utf-8")):
        stem = name.removesuffix("_FILE")
        assert f'"{name}"' in code or f'"{stem}"' in code, name
        assert stem in told, f"{name} is not in docs/operators"


def test_what_compose_names_is_there():
    told = compose()
    secrets = set()
    for name, service in told["services"].items():
        used = {
            one if isinstance(one, str) else one["source"] for one in service.get("secrets", [])
        }
        secrets |= used
        assert used <= set(told["secrets"]), name
        assert set(service.get("depends_on", [])) <= set(told["services"]), name
        assert set(service["networks"]) <= set(told["networks"]), name
        for volume in service.get("volumes", []):
            source = volume.partition(":")[0]
            is_file = source.startswith("./")
            assert (DEPLOY / "compose" / source).exists() if is_file else source in told["volumes"]
    assert secrets == set(told["secrets"])
    proxy = (DEPLOY / "compose" / "nginx.conf").read_text(encoding="utf-8")
    assert set(re.findall(r"server (promptyflow-\d):", proxy)) == {
        name for name in told["services"] if name.startswith("promptyflow-")
    }


def test_secrets_are_files_and_none_stands_in_the_environment():
    environment = compose()["services"]["promptyflow-1"]["environment"]
    (container,) = manifests()[0]["spec"]["template"]["spec"]["containers"]
    environment |= {one["name"]: one["value"] for one in container["env"]}
    secret = re.compile(r"_(DATABASE_\w*URL|MASTER_KEY|TOKEN|SECRET|KEYS)$")
    assert [name for name in environment if secret.search(name)] == []
    assert any(secret.search(name.removesuffix("_FILE")) for name in environment)


def test_whoever_stops_the_service_waits_for_it():
    pod = manifests()[0]["spec"]["template"]["spec"]
    unit = (DEPLOY / "systemd" / "promptyflow@.service").read_text(encoding="utf-8")
    waits = [
        pod["terminationGracePeriodSeconds"],
        int(compose()["services"]["promptyflow-1"]["stop_grace_period"].removesuffix("s")),
        int(re.search(r"^TimeoutStopSec=(\d+)$", unit, re.MULTILINE)[1]),
    ]
    assert min(waits) > DRAIN_SECONDS + 5


def test_pgbouncer_has_room_for_all_processes():
    bouncer = ConfigParser()
    bouncer.read(DEPLOY / "compose" / "pgbouncer.ini")
    told = bouncer["pgbouncer"]
    processes = 2
    assert told["pool_mode"] == "transaction"
    assert int(told["max_client_conn"]) > processes * (SERVICE_POOL_SIZE + 1)
    assert int(told["default_pool_size"]) > processes


def test_kubernetes_replaces_one_process_at_a_time():
    deployment, service, budget = manifests()
    label = {"app.kubernetes.io/name": "promptyflow"}
    assert deployment["spec"]["selector"]["matchLabels"] == label
    assert deployment["spec"]["template"]["metadata"]["labels"] == label
    assert service["spec"]["selector"] == budget["spec"]["selector"]["matchLabels"] == label
    assert deployment["spec"]["strategy"]["rollingUpdate"]["maxUnavailable"] == 0

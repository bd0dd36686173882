"""What Prometheus is told, by whom it may be read, and what it never says."""

from __future__ import annotations

import json
import re
import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID

import httpx
import pytest
import yaml
from prometheus_client.parser import text_string_to_metric_families
from service_process import running_service

from promptyflow_server.services import build_dispatcher
from promptyflow_server.shared.run_news import RunNews

if TYPE_CHECKING:
    from hosts import Host

TOKEN = "metrics-token-of-the-operator"


def numbers(text: str) -> dict[tuple[str, tuple[tuple[str, str], ...]], float]:
    return {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory):
    folder = tmp_path_factory.mktemp("metrics")
    environment = {"PROMPTYFLOW_METRICS_TOKEN": TOKEN}
    with running_service(folder / "data", folder / "log", environment=environment) as made:
        yield made


def scrape(service) -> str:
    headers = {"Authorization": f"Bearer {TOKEN}"}
    answer = httpx.get(f"{service.url}/metrics", headers=headers)
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/plain; version=")
    return answer.text


def test_answers_are_counted_by_route_and_nobodys_name_is_told(service):
    with service.http("metrics-alice") as alice:
        project = alice.post("/api/projects", json={"name": "Tax evasion"}).json()
        for _ in range(3):
            alice.get(f"/api/projects/{project['id']}")
        alice.get("/api/projects/0190a1b2-0000-7000-8000-000000000001")
        alice.get("/private/of/alice")
        alice.request("BREW", "/api/projects")
        httpx.get(f"{service.url}/api/projects")
    text = scrape(service)
    told = numbers(text)

    def answers(method, route, status):
        labels = (("method", method), ("route", route), ("status", str(status)))
        return told["promptyflow_http_requests_total", labels]

    assert answers("POST", "/api/projects", 201) == 1
    assert answers("GET", "/api/projects/{project_id}", 200) == 3
    assert answers("GET", "/api/projects/{project_id}", 404) == 1
    assert answers("GET", "none", 404) == 1
    assert answers("GET", "none", 401) == 1
    assert answers("other", "none", 405) == 1
    labels = (("method", "GET"), ("route", "/api/projects/{project_id}"))
    assert told["promptyflow_http_request_duration_seconds_count", labels] == 4
    assert told["promptyflow_database_connections", (("pool", "primary"), ("state", "idle"))] >= 1
    assert not re.search(f"alice|Tax|{project['id']}", text)
    assert all(
        re.match(r"promptyflow_\w+", line.removeprefix("# HELP ").removeprefix("# TYPE "))
        for line in text.splitlines()
    )


def test_open_streams_are_counted_until_they_end(service):
    def streams():
        return numbers(scrape(service)).get(
            ("promptyflow_http_streams", (("route", "/api/events"),)), 0
        )

    with service.http("metrics-bob") as bob, bob.stream("GET", "/api/events") as stream:
        lines = stream.iter_lines()
        next(lines)
        assert streams() == 1
    deadline = time.monotonic() + 20
    while streams() and time.monotonic() < deadline:
        time.sleep(0.05)
    assert streams() == 0


@pytest.mark.parametrize("header", [None, "Bearer x", f"Basic {TOKEN}", "Bearer ключ"])
def test_the_service_shows_metrics_only_for_the_operators_token(service, header):
    headers = {} if header is None else {"Authorization": header.encode()}
    answer = httpx.get(f"{service.url}/metrics", headers=headers)
    assert (answer.status_code, answer.json()["error"]) == (401, "UNAUTHENTICATED")
    with service.http("metrics-alice") as alice:
        assert alice.get("/metrics").status_code == 401, "a person's token opens a person's data"


def test_without_a_token_in_the_settings_the_service_has_no_metrics(service_host: Host):
    for client in (service_host.known, service_host.stranger):
        answer = client.get("/metrics")
        assert (answer.status_code, answer.json()["error"]) == (404, "NOT_FOUND")


def test_in_jupyter_whoever_may_use_the_server_may_read_them(jupyter_host: Host):
    jupyter_host.known.get("/api/projects")
    text = jupyter_host.known.get("/metrics").text
    assert 'promptyflow_http_requests_total{method="GET",route="/api/projects"' in text
    assert jupyter_host.stranger.get("/metrics").status_code == 401


def test_metrics_and_health_take_nothing_but_get(host: Host):
    for path in ("/health", "/metrics"):
        answer = host.known.post(path, content=b"x" * 100_000)
        assert answer.status_code in {405, 404}
        if answer.status_code == 405:
            assert (answer.json()["error"], answer.headers["allow"]) == (
                "METHOD_NOT_ALLOWED",
                "GET",
            )


def test_every_answer_tells_how_one_stands_and_can_do_nothing_as_a_page(host: Host):
    root = str(host.known.base_url).removesuffix("/").removesuffix(host.root)
    places = [("/api/projects", 200), ("/health", 200), ("/api/nothing", 404), ("/%ff", 400)]
    answers = [(host.known.get(path), status) for path, status in places]
    answers.append((host.stranger.get("/api/projects"), 401))
    if host.name == "service":
        answers.append((httpx.get(f"{root}/elsewhere"), 404))
    for answer, status in answers:
        assert answer.status_code == status, answer.url
        assert answer.headers["content-type"] == "application/json; charset=utf-8"
        assert int(answer.headers["x-ratelimit-limit"]) > 0
        assert answer.headers["x-content-type-options"] == "nosniff"
        policy = answer.headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "frame-ancestors" in policy


DEPLOY = Path(__file__).parents[3] / "deploy" / "grafana"
OF_PROMETHEUS = {"le", "instance", "job", "alertname"}


def expressions() -> list[str]:
    board = json.loads((DEPLOY / "promptyflow.json").read_text(encoding="utf-8"))
    asked = [target["expr"] for panel in board["panels"] for target in panel["targets"]]
    asked += [one["query"] for one in board["templating"]["list"] if one["type"] == "query"]
    rules = yaml.safe_load((DEPLOY / "alerts.yml").read_text(encoding="utf-8"))
    return [*asked, *(rule["expr"] for group in rules["groups"] for rule in group["rules"])]


async def test_every_metric_of_the_dashboard_and_of_the_alerts_is_there(settings):
    made = build_dispatcher(replace(settings, redis_url="unix:///nowhere.sock"))
    try:
        await made.services.database.ready()
        metrics = made.services.metrics
        metrics.answered("GET", "/x", 200, 0.1)
        metrics.stream("/x", 1)
        metrics.cache_read("hit")
        for status in ("done", "failed"):
            metrics.run(RunNews(UUID(int=1), "openai", "m", status, 1.0, 10, 20, None))
        told = numbers(metrics.text().decode())
    finally:
        await made.services.close()
    labels = {name: {label for label, _ in pairs} for name, pairs in told}
    known = set().union(*labels.values()) | OF_PROMETHEUS
    seen = set()
    for expression in expressions():
        for name, chosen in re.findall(r"(promptyflow_\w+)(?:{([^}]*)})?", expression):
            assert name in labels, expression
            seen.add(name)
            wanted = set(re.findall(r"(\w+)\s*[=!]~?", chosen))
            assert wanted <= labels[name] | OF_PROMETHEUS, expression
        for grouped in re.findall(r"by \(([^)]*)\)", expression):
            assert set(grouped.replace(" ", "").split(",")) <= known, expression
    shown = {re.sub(r"_(bucket|sum|count)$", "", name) for name in seen}
    told_apart = {name for name in labels if not name.endswith("_created")}
    there = {re.sub(r"_(bucket|sum|count)$", "", name) for name in told_apart}
    assert there - shown == set(), "a number that nobody looks at"
    documents = DEPLOY.parents[1] / "docs" / "operators" / "monitoring.md"
    text = documents.read_text(encoding="utf-8")
    assert [name for name in there if name not in text] == []

"""The document and the server agree: whatever the document allows is answered as it says.

``CONTRACT_EXAMPLES`` sets how many requests are made of each operation.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import checks
from service_process import running_service

from promptyflow_server.http.openapi import openapi_document
from promptyflow_server.services import build_dispatcher
from promptyflow_server.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

EXAMPLES = int(os.environ.get("CONTRACT_EXAMPLES", "12"))
STREAMS = {"/api/events", "/ai/runs/{run_id}/events"}
"""They do not end by themselves; the tests of changes and of runs read them."""
CHECKS: Any = (
    checks.not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_headers_conformance,
    checks.response_schema_conformance,
)


def operations() -> list[tuple[str, str]]:
    from pathlib import Path

    endpoints = build_dispatcher(Settings(data_dir=Path("unused"))).router.endpoints
    paths = openapi_document(endpoints)["paths"]
    return [
        (method.upper(), path)
        for path, methods in paths.items()
        for method in methods
        if path not in STREAMS
    ]


@pytest.fixture(scope="module")
def api(tmp_path_factory: pytest.TempPathFactory) -> Iterator[schemathesis.BaseSchema]:
    folder: Path = tmp_path_factory.mktemp("contract")
    with running_service(folder / "data", folder / "log") as service:
        headers = {"Authorization": f"Bearer {service.token('somebody')}"}
        url = service.url
        document = requests.get(f"{url}/api/openapi.json", headers=headers, timeout=30).json()
        schema = schemathesis.openapi.from_dict(document)
        schema.config.update(base_url=url)
        with requests.Session() as session:
            session.headers.update(headers)
            schema.session = session  # type: ignore[attr-defined]  # where the test finds it
            yield schema
        assert "Traceback" not in service.log


@pytest.mark.parametrize(("method", "path"), operations())
def test_whatever_the_document_allows_is_answered_as_it_says(
    api: schemathesis.BaseSchema, method: str, path: str
) -> None:
    operation = api[path][method]

    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        derandomize=True,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy())
    def answered(case: schemathesis.Case) -> None:
        if (method, path) == ("DELETE", "/api/user"):
            case.headers.pop("Confirm-Delete", None)  # whoever asks is needed for the others
        case.call_and_validate(session=api.session, checks=CHECKS)  # type: ignore[attr-defined]

    answered()

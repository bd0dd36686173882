"""The document and the server agree: whatever the document allows is answered as it says.

A live service is asked, each operation a hundred times (``CONTRACT_EXAMPLES`` sets how often). Half
of the requests name what exists, so that more than "not found" is answered.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from openid_process import running_openid_provider
from schemathesis import checks
from service_process import running_service
from sign_in import environment_of

from promptyflow_server.http.openapi import openapi_document
from promptyflow_server.services import build_dispatcher
from promptyflow_server.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Iterator

EXAMPLES = int(os.environ.get("CONTRACT_EXAMPLES", "100"))
PUBLIC = "http://127.0.0.1:9"
"""The service as browsers see it; none comes."""
STREAMS = {"/api/events", "/ai/runs/{run_id}/events"}
"""They do not end by themselves; the tests of changes and of runs read them."""
CHECKS: Any = (
    checks.not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_headers_conformance,
    checks.response_schema_conformance,
)
TEXT = "One sentence. Another one.\n\nA second paragraph."


def operations() -> list[tuple[str, str]]:
    endpoints = build_dispatcher(Settings(data_dir=Path("unused"))).router.endpoints
    paths = openapi_document(endpoints)["paths"]
    return [
        (method.upper(), path)
        for path, methods in paths.items()
        for method in methods
        if path not in STREAMS
    ]


@dataclass
class Api:
    """A service somebody works with, and what they have there."""

    url: str
    schema: schemathesis.BaseSchema
    session: requests.Session
    kept: dict[str, str] = field(default_factory=dict)

    def existing(self, path: str, *, anew: bool) -> dict[str, Any]:
        """Return values for all parameters of a path; anew where the last ones may be gone."""
        names = {"project_id", "template_id", "config_id", "run_id", "token_id"}
        for name in names:
            if f"{{{name}}}" in path and (anew or name not in self.kept):
                self.kept[name] = getattr(self, f"_{name}")()
        numbers = dict.fromkeys(("block", "item", "sub", "version"), 1)
        known = {**self.kept, **numbers, "provider": "openai-compatible"}
        return {name: value for name, value in known.items() if f"{{{name}}}" in path}

    def _made(self, path: str, body: Any) -> dict[str, Any]:
        answer = self.session.post(self.url + path, json=body, timeout=30)
        assert answer.ok, answer.text
        return answer.json()

    def _project_id(self) -> str:
        item = {"id": 1, "title": "I", "content": TEXT, "subItems": [{"id": 1, "title": "S"}]}
        other = {"id": 2, "title": "J", "content": TEXT}
        chosen = [{"blockId": 1, "itemId": 2, "order": 1}]
        prompt = {"id": 1, "title": "P", "template": "{{context}}", "selectedContext": chosen}
        data = {
            "contextBlocks": [{"id": 1, "title": "B", "items": [item, other]}],
            "promptBlocks": [prompt],
        }
        return self._made("/api/projects", {"name": "Existing", "data": data})["id"]

    def _template_id(self) -> str:
        return self._made("/api/templates", {"name": "Existing", "content": TEXT})["id"]

    def _config_id(self) -> str:
        body = {"name": "Existing", "provider": "openai", "model": "gpt-5"}
        return self._made("/ai/configs", body)["id"]

    def _run_id(self) -> str:
        # A server that refuses at once: this one, which does not know the key.
        self._made("/api/user/api-keys/openai-compatible", {"apiKey": "k", "baseUrl": self.url})
        messages = [{"role": "user", "content": "Hello"}]
        body = {"provider": "openai-compatible", "model": "m", "messages": messages}
        self.session.post(f"{self.url}/ai/send", json=body, timeout=30)
        runs = self.session.get(f"{self.url}/ai/runs?limit=1", timeout=30).json()["items"]
        return runs[0]["id"]

    def _token_id(self) -> str:
        return "0190a1b2-0000-7000-8000-000000000001"  # a token must not make others


@pytest.fixture(scope="module")
def api(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Api]:
    folder = tmp_path_factory.mktemp("contract")
    more = {
        "PROMPTYFLOW_PROVIDER_PRIVATE_HOSTS": "127.0.0.1",
        "PROMPTYFLOW_RATE_LIMIT_SIGN_INS": "1000000",
    }
    with (
        running_openid_provider(folder / "openid", f"{PUBLIC}/auth/google/callback") as issuer,
        running_service(
            folder / "data", folder / "log", environment=environment_of(PUBLIC, issuer) | more
        ) as service,
    ):
        headers = {"Authorization": f"Bearer {service.token('somebody')}"}
        url = service.url
        document = requests.get(f"{url}/api/openapi.json", headers=headers, timeout=30).json()
        schema = schemathesis.openapi.from_dict(document)
        schema.config.update(base_url=url)
        with requests.Session() as session:
            session.headers.update(headers)
            yield Api(url, schema, session)
        assert "Traceback" not in service.log


@pytest.mark.parametrize(("method", "path"), operations())
def test_whatever_the_document_allows_is_answered_as_it_says(
    api: Api, method: str, path: str
) -> None:
    operation = api.schema[path][method]

    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        derandomize=True,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(), names_what_exists=st.booleans())
    def answered(case: schemathesis.Case, *, names_what_exists: bool) -> None:
        if (method, path) == ("DELETE", "/api/user"):
            case.headers.pop("Confirm-Delete", None)  # whoever asks is needed for the others
        if names_what_exists:
            case.path_parameters.update(api.existing(path, anew=method == "DELETE"))
        case.call_and_validate(session=api.session, checks=CHECKS)

    answered()

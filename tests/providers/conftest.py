"""Adapters without a server around them."""

from __future__ import annotations

import pytest
from fault_server import FaultServer
from provider_words import KINDS

from promptyflow_server.providers.base import Access, CompletionRequest, Message, Parameters, Secret
from promptyflow_server.providers.openai_chat import OpenAIChat
from promptyflow_server.providers.transport import Transport
from promptyflow_server.settings import ProviderSettings

KEY = "pf-planted-Key_0123456789.abcdefg"


@pytest.fixture
async def faults():
    async with FaultServer() as server:
        yield server


@pytest.fixture
async def transport():
    """An impatient transport that does not wait between attempts for longer than it must."""
    made = Transport(
        ProviderSettings(connect_seconds=2, first_byte_seconds=1, total_seconds=5, trust_env=False),
        local=True,
    )
    yield made
    await made.close()


@pytest.fixture(params=KINDS)
def kind(request):
    """Each kind of provider in turn."""
    return request.param


@pytest.fixture
def provider(kind, transport):
    return KINDS[kind].adapter(transport)


@pytest.fixture
def chat(transport):
    return OpenAIChat(transport)


@pytest.fixture
def access(faults):
    return Access(f"{faults.url}/v1", Secret(KEY), own_address=True)


@pytest.fixture
def question():
    """Return a request with one message."""

    def make(text: str = "hi", *, timeout=None, **parameters) -> CompletionRequest:
        return CompletionRequest("m", (Message("user", text),), Parameters(**parameters), timeout)

    return make


@pytest.fixture
def ask(chat, access, question):
    """Send a question and return all chunks, or raise what the stream raises."""

    async def send(text: str = "hi", *, provider=chat, access=access, **parameters):
        return [chunk async for chunk in provider.stream(question(text, **parameters), access)]

    return send


@pytest.fixture
def key():
    return KEY

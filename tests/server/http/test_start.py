"""The application starts with the first request, and what it loads then costs nothing later."""

from __future__ import annotations

import gc

from promptyflow_server.application import PromptyflowServer


async def test_what_is_loaded_at_the_start_is_not_looked_through_for_garbage(settings):
    gc.unfreeze()
    server = PromptyflowServer(settings)
    try:
        await server.dispatcher()
        assert gc.get_freeze_count() > 10 * len(gc.get_objects())
    finally:
        await server.close()
        gc.unfreeze()

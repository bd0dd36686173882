"""The endpoint of changes."""

from __future__ import annotations

from promptyflow_server.http.call import Call
from promptyflow_server.http.models import EventStream
from promptyflow_server.http.routing import Routes

routes = Routes("Events")


@routes.get("/api/events")
async def follow_events(call: Call) -> EventStream:
    """Follow the changes of everything that I see, whoever and whichever process makes them.

    The first event is `ready` or `resync`, and every event has an id. After a lost connection, send
    the id of the last event that arrived as `Last-Event-ID`: what was missed comes behind `ready`.

    - `ready {}`: from here on nothing is missed. Read lists after it, not before.
    - `resync {}`: changes may have been missed (a restart, a long absence, a reader too slow); read
      again whatever is shown. The stream goes on.
    - `project {id, version}`, `template {id, version}`: it is new, or has this version now.
    - `access {id}`: who may do what with a project was changed. Ask for it again: its `role` may be
      another, or it may be shared with me no more (404).
    - `run {id, status}`: it began (`running`), or ended.
    - `projectDeleted {id}`, `templateDeleted {id}`, `runDeleted {id}`: it is gone.

    One's own changes arrive too: a version that is known already says nothing new. A comment comes
    after 15 seconds of silence; a stream that ends is to be opened again. It does not count as
    activity of the server. One person may have 20 streams at a server (429 beyond).
    """
    last_event_id = call.headers.get("last-event-id")
    events = await call.services.events.follow(call.user, last_event_id)
    return EventStream(events, is_activity=False)

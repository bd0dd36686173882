"""The embedded PostgreSQL server: started at first use, shared, stopped by the last to leave."""

import sys

from .configuration import ADMIN_ROLE, APP_ROLE, DATABASE, Endpoint
from .errors import EmbeddedPostgresError, Reason

if sys.platform == "win32":
    from .windows import EmbeddedPostgres
else:
    from .supervisor import EmbeddedPostgres

__all__ = [
    "ADMIN_ROLE",
    "APP_ROLE",
    "DATABASE",
    "EmbeddedPostgres",
    "EmbeddedPostgresError",
    "Endpoint",
    "Reason",
]

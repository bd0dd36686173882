"""``python -m promptyflow_server.cli``: the same as ``jupyter promptyflow``."""

from promptyflow_server.cli import main

raise SystemExit(main())

"""What is put under load: two service processes, PostgreSQL behind PgBouncer, Redis, a provider."""

from __future__ import annotations

import asyncio
import io
import itertools
import os
import signal
import subprocess
import sys
import zipfile
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from load.figures import cpu_seconds
from postgres_process import PgBouncer, PostgresProcess, short_folder
from redis_process import RedisProcess
from service_process import ServiceProcess, start_service

from promptyflow_server.http.call import Principal
from promptyflow_server.services import build_services
from promptyflow_server.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Iterator

PREFIX = "/pf"
TEMPLATES = 20
_PROVIDER = Path(__file__).parents[1] / "bench" / "bench_stream.py"
_POOL = 20


@dataclass
class Stage:
    """All processes; those of the service can be killed and started again."""

    folder: Path
    environment: dict[str, str]
    others: dict[str, int]
    services: list[ServiceProcess] = field(default_factory=list)
    _numbers: Iterator[int] = field(default_factory=itertools.count)

    @property
    def ports(self) -> list[int]:
        return [int(service.url.rpartition(":")[2].partition("/")[0]) for service in self.services]

    def start(self, port: int = 0, code: Path | None = None) -> ServiceProcess:
        """Start a process of the service, which takes some seconds; `code`: of another version."""
        log = self.folder / f"service-{next(self._numbers)}.log"
        other = {} if code is None else {"PYTHONPATH": str(code)}
        return start_service(
            self.folder / "data",
            log,
            prefix=PREFIX,
            port=port,
            environment=self.environment | other,
        )

    def kill(self, number: int) -> None:
        self.services[number].process.send_signal(signal.SIGKILL)
        self.services[number].process.wait()

    async def start_again(self, number: int) -> None:
        """Start the process that was killed, where it was."""
        port = self.ports[number]
        self.services[number] = await asyncio.to_thread(self.start, port)

    def cpu(self) -> dict[str, float]:
        """Return the processor's time of each part so far."""
        pids = {f"service {n + 1}": one.process.pid for n, one in enumerate(self.services)}
        pids |= {**self.others, "these people": os.getpid()}
        told = {name: cpu_seconds(pid) for name, pid in pids.items()}
        # All processes are children of this one.
        told["these people"] -= sum(told.values()) - told["these people"]
        return told

    async def tokens(self, number: int) -> list[str]:
        """Make people; return what opens the API for each."""
        url = self.environment["PROMPTYFLOW_DATABASE_URL"]
        services = build_services(Settings(data_dir=self.folder, database_url=url, pool_size=4))
        made = []
        for which in range(number):
            user = await services.identities.resolve(
                Principal("load", f"p{which}", f"p{which}", "access-token")
            )
            made.append(await services.access_tokens.create(user.id, "load", None))
        await services.database.close()
        return made


@contextmanager
def running_stage(
    rate: float, seconds: float, *, processes: int = 2, **limits: str
) -> Iterator[Stage]:
    """Run everything; answers of the provider have `rate` words a second for `seconds`."""
    with ExitStack() as stack:
        folder = stack.enter_context(short_folder())
        # What a machine would give the database in earnest.
        settings = {"shared_buffers": "256MB", "max_connections": "100"}
        postgres = stack.enter_context(PostgresProcess(folder, **settings).create())
        bouncer = stack.enter_context(PgBouncer(postgres, pool_size=_POOL))
        private = folder / "private"
        private.mkdir(mode=0o700)
        redis = stack.enter_context(RedisProcess(private))
        provider = _provider(stack, rate, seconds)
        policy = private / "policy.toml"
        address = f"http://127.0.0.1:{provider[1]}/v1"
        policy.write_text(
            'providers = ["openai-compatible"]\n'
            f'[keys.openai-compatible]\nenv = "LOAD_KEY"\nbase_url = "{address}"\n'
        )
        environment = {
            "PROMPTYFLOW_DATABASE_URL": bouncer.url,
            "PROMPTYFLOW_DATABASE_DIRECT_URL": postgres.url,
            "PROMPTYFLOW_REDIS_URL": redis.url,
            "PROMPTYFLOW_POLICY_FILE": str(policy),
            "PROMPTYFLOW_PROVIDER_PRIVATE_HOSTS": "127.0.0.1",
            "LOAD_KEY": "sk-load",
            **limits,
        }
        others = {
            "database": postgres.pid,
            "pgbouncer": bouncer.pid,
            "redis": redis.pid,
            "provider": provider[0],
        }
        stage = Stage(private, environment, others)
        stack.callback(_stop, stage)
        for _ in range(processes):
            stage.services.append(stage.start())
        yield stage


def library() -> bytes:
    """Return a zip of templates, as somebody would import it."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for number in range(TEMPLATES):
            text = f"Letter {number} about a contract and a summary. Письмо о договоре. " * 20
            archive.writestr(f"Template_{number}.txt", text)
    return stream.getvalue()


def _provider(stack: ExitStack, rate: float, seconds: float) -> tuple[int, int]:
    command = [sys.executable, str(_PROVIDER), "--role", "provide"]
    command += ["--rate", str(rate), "--seconds", str(seconds)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    stack.callback(process.communicate)
    stack.callback(process.terminate)
    assert process.stdout is not None
    return process.pid, int(process.stdout.readline())


def _stop(stage: Stage) -> None:
    for service in stage.services:
        if service.process.poll() is None:
            service.stop()

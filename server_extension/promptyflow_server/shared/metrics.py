"""What a server does, in numbers, as Prometheus reads them.

No label tells who somebody is or what they work on: routes are told as the contract writes them,
providers by their names, and nothing else that a person chose.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest
from prometheus_client.metrics_core import GaugeMetricFamily

from promptyflow_lab import __version__

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from prometheus_client.metrics_core import Metric

    from promptyflow_server.shared.run_news import RunNews

CONTENT_TYPE: Final = CONTENT_TYPE_LATEST
NO_ROUTE: Final = "none"
"""The route of what no endpoint answered: an unknown path, or somebody nobody knows."""

_METHODS: Final = frozenset({"GET", "POST", "PATCH", "PUT", "DELETE", "HEAD", "OPTIONS"})
_REQUEST_SECONDS: Final = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)
_RUN_SECONDS: Final = (0.5, 1, 2.5, 5, 10, 20, 40, 80, 160, 320, 640, 1800)

Reading = tuple[str, str, dict[str, str], float]
"""Name without the prefix, help text, labels, value: what is measured when it is asked for."""


class Metrics:
    """The numbers of one server process.

    Parameters
    ----------
    readings
        Returns what is measured when somebody asks: connections, runs that run.
    """

    def __init__(self, readings: Callable[[], Iterable[Reading]] = tuple) -> None:
        self._registry = CollectorRegistry()
        self._readings = readings
        self._registry.register(self)
        made: dict[str, Any] = {"namespace": "promptyflow", "registry": self._registry}
        self._requests = Counter(
            "http_requests", "Answers given.", ["method", "route", "status"], **made
        )
        self._seconds = Histogram(
            "http_request_duration_seconds",
            "From the request's head to the answer's; of a stream, to its beginning.",
            ["method", "route"],
            buckets=_REQUEST_SECONDS,
            **made,
        )
        self._streams = Gauge("http_streams", "Event streams that are open.", ["route"], **made)
        self._reads = Counter("cache_reads", "Readings of the cache.", ["outcome"], **made)
        self._runs = Counter("runs", "Runs that ended.", ["provider", "status"], **made)
        self._run_seconds = Histogram(
            "run_duration_seconds",
            "From sending to the end of the answer.",
            ["provider"],
            buckets=_RUN_SECONDS,
            **made,
        )
        self._tokens = Counter(
            "run_tokens", "Tokens as providers count them.", ["provider", "direction"], **made
        )

    def answered(self, method: str, route: str, status: int, seconds: float) -> None:
        """Note an answer."""
        method = method if method in _METHODS else "other"
        self._requests.labels(method, route or NO_ROUTE, str(status)).inc()
        self._seconds.labels(method, route or NO_ROUTE).observe(seconds)

    def stream(self, route: str, change: int) -> None:
        """Note a stream that was opened (1) or has ended (-1)."""
        self._streams.labels(route or NO_ROUTE).inc(change)

    def cache_read(self, outcome: str) -> None:
        """Note a reading of the cache."""
        self._reads.labels(outcome).inc()

    def run(self, news: RunNews) -> None:
        """Note the end of a run."""
        if news.status == "running":
            return
        self._runs.labels(news.provider, news.status).inc()
        self._run_seconds.labels(news.provider).observe(news.seconds or 0.0)
        for direction, tokens in (("input", news.input_tokens), ("output", news.output_tokens)):
            if tokens:
                self._tokens.labels(news.provider, direction).inc(tokens)

    def collect(self) -> Iterator[Metric]:
        """Return what is measured now; Prometheus' library asks for it."""
        families: dict[str, GaugeMetricFamily] = {}
        readings = [*self._readings(), ("info", "This server.", {"version": __version__}, 1.0)]
        for name, meaning, labels, value in readings:
            family = families.get(name)
            if family is None:
                family = GaugeMetricFamily(f"promptyflow_{name}", meaning, labels=list(labels))
                families[name] = family
            family.add_metric(list(labels.values()), value)
        yield from families.values()

    def describe(self) -> Iterable[Metric]:
        """Return nothing: what is measured is known when it is asked for."""
        return ()

    def text(self) -> bytes:
        """Return everything in Prometheus' form."""
        return generate_latest(self._registry)

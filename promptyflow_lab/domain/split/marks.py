"""The marks that end, open and close a sentence, as patterns and sets of characters."""

from __future__ import annotations

import re
from typing import Final

_EMOJI: Final = "\U0001f300-\U0001faff\u2600-\u27bf\u2b50\u2b55"
_WIDE: Final = "。！？｡"
STOPS: Final = f".!?…‼⁇⁈⁉{_WIDE}"
QUOTES: Final = "»”\"’'」』›"
# A run of stops (or a smiley, or an emoji), what closes after it, footnotes, then white space;
# behind a wide stop none is needed. It begins with a set so that the engine can skip to it.
# Only a run's first mark may begin it: else a long run that leads nowhere is tried at each mark.
END: Final = re.compile(
    rf"[{STOPS}(){_EMOJI}](?<![{STOPS}(){_EMOJI}\u200d\ufe0f].)"
    rf"(?:[{STOPS}(){_EMOJI}\u200d\ufe0f]|[ ]\.(?![\w.]))*+"
    rf"([{QUOTES}\])}}*_~】）]*+(?:\[\d{{1,3}}\])*+)"
    rf"(?:\s++|(?<=[{_WIDE}])|(?<=[{_WIDE}][」』”’）]))"
)
OPENING: Final = frozenset("«\"“„‘'‹`([{*_~>¿¡")
OPENERS: Final = re.compile(r"[«\"“„‘'‹`(\[{*_~>¿¡\s]{0,64}+")
DASHES: Final = frozenset("—–―-")
DASH: Final = re.compile(r"(?:[—–―]|-{1,3})[ \t\u00a0\n]+")
NAME: Final = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
ACRONYM: Final = re.compile(r"(?:[^\W\d_]{1,2}\.)+[^\W\d_]{1,3}\Z")
ROMAN: Final = re.compile(r"[IVXLCDM]+\Z")
NUMBER_BEFORE: Final = re.compile(r"(?:\d|\b[IVXLC]+)(?:-?[а-я]{1,2})?\s*\Z")
MARKER: Final = re.compile(r"\s*(?:[•⁃●*+-]\s*)?(?:(\d{1,3})|([a-zа-я]))([.)]+)\s")
BULLET_BEFORE: Final = re.compile(r"[•⁃●▪][ ]?\Z")
EMOJI_ONE: Final = re.compile(f"[{_EMOJI}]")
BULLETS: Final = "•⁃●▪▫◦‣✓✔✅☑➡➤▶👉📌📍🔹🔸🔴❗❓"
LINK_AFTER: Final = re.compile(r"https?://|www\.")
SMILEY: Final = re.compile(r"[:;=8][-'o]?[)(DPpРр]")
# What goes on behind a quotation without white space: a Japanese particle (but no word that begins
# like one), a Chinese one, or a verb of saying.
_NO_PARTICLE: Final = (
    "なぜ|なに|なん|でも|では|でき|です|だから|だが|だけど|だって|とにかく|ところ|とても|とりあえず"
    "|とき|もし|もう|もちろん|もっと|はい|はじ|はや|がんば|にほん"
)
QUOTED_ON: Final = re.compile(
    rf"(?!{_NO_PARTICLE})[とってがのをはにもだでなやへ]|[的等、，,）)]"
    r"|[^。！？]{0,6}?[说說道问問喊叫答讲講叹嘆嚷]"
)
SAID_ON: Final = re.compile(rf"(?!{_NO_PARTICLE})(?:と|って)")
SPEAKER: Final = re.compile(
    r"(?:the |[A-Z])[\w'’.-]{0,30}(?: [A-Z][\w'’-]{0,30}){0,2} "
    r"(?:said|says|asked|asks|cried|cries|shouted|shouts|replied|whispered|exclaimed|called|yelled"
    r"|answered|added|muttered|murmured|demanded|screamed|inquired|enquired|wondered|sighed|snapped"
    r"|laughed|continued|insisted|begged|roared|gasped)\b"
)

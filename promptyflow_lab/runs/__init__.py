"""Runs as data: lists that become tables and pictures, capsules to be checked and replayed."""

from __future__ import annotations

from .capsule import Capsule, Check, Verification
from .history import Runs

__all__ = ["Capsule", "Check", "Runs", "Verification"]

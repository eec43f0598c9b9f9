"""What is held on one person, and who looked."""

from __future__ import annotations

"""Sổ tiền: the money of a ward's desk."""

from __future__ import annotations

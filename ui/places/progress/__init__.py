"""Tiến độ: targets against people who joined."""

from __future__ import annotations

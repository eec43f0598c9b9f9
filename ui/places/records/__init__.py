"""Hồ sơ: enrolments."""

from __future__ import annotations

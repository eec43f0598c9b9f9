"""Households to canvassers: alley by alley, or what nobody holds shared out evenly."""

from __future__ import annotations

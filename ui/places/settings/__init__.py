"""Cài đặt: language, light, who, which machine."""

from __future__ import annotations

from ui.places.settings.place import Look, SettingsPlace

__all__ = ["Look", "SettingsPlace"]

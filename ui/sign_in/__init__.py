"""The first window: who works here, and the password. Imports nothing of the store or the net."""

from __future__ import annotations

from ui.sign_in.window import SignInWindow

__all__ = ["SignInWindow"]

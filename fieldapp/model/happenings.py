"""What a laptop tells of beside its work: what was looked at as a whole, what was taken out."""

from __future__ import annotations

HAPPENINGS = ("export", "exported", "export_stopped", "person_seen")
"""A file is about to be written (which, with which choices); it was (rows, hash); it was not; what
is held on a person was looked at as a whole."""

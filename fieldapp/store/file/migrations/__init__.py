"""Alembic's scripts for the laptop's file. Append only: a released revision is never edited."""

"""Backups, restores, and what is kept outside the database so that none makes it forget."""

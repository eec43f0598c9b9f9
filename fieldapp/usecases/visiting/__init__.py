"""The day's doors, what came of them, and the log of it."""

"""Questions about recorded work."""

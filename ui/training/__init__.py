"""The training's window: the real one on invented data, with the lesson above it."""

"""The window: Qt only. It asks use cases and shows their answers."""

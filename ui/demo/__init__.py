"""The player of the demo: a working day on real windows, by keys and clicks, as people do it."""

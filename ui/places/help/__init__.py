"""The help: one page for each place, with its keys, without a network."""

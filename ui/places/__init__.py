"""The places of the window: one folder each, state, view and controller apart."""

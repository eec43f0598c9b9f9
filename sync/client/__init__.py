"""The laptop's side of the sync: a state machine without I/O, its transport, and what runs it."""

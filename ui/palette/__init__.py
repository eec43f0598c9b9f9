"""Search and commands: one box for people, receipts, cards and what the program can do."""

"""Enrolling: the price of a choice, and booking what was paid."""

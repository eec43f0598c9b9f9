"""Erasures by right: asking for one, and how far each has come."""

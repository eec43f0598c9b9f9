"""Whom to visit, why, and what a visit can come to."""

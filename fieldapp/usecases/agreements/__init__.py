"""Agreements of three parties over wards."""

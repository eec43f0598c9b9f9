"""Erasure by right on the server, and how every laptop learns of it."""

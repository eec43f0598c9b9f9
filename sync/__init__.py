"""Sync: the protocol, the pure merge, the client's state machine and the server."""

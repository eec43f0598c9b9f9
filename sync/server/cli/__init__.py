"""`fieldapp-server`: what an administrator types."""

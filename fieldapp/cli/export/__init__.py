"""`fieldapp export`: the visit log, official lists, declarations."""

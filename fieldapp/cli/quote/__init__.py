"""`fieldapp quote`: what insurance costs, and why."""

"""Today: whom to visit, why, and what came of it."""

"""Lists of others: looked at first, then taken in."""

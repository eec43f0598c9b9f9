"""The lists that the agency takes: forms, lines, and what they must come to."""

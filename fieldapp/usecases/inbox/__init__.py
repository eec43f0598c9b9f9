"""What needs a person, and deciding it."""

"""Households and their people: finding, opening, editing, registering."""

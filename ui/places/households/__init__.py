"""Households: the list, one household, its people, and the forms that change them."""

"""Who a person is: numbers, cards, and two records of one human."""

"""Receipt numbers and money: ranges, receipts in logs and held work, what a desk hears."""

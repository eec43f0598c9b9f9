"""The end of the day: receipts against cash, what is handed in, what the server has."""

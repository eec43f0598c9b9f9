"""What the server tells everybody: organisations, campaigns, dated tables."""

"""Contents of papers: taken in pieces, encrypted, beside the logs."""

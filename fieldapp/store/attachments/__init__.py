"""Contents of papers on this laptop, and what their lane brings into the file."""

"""The server: takes in changesets, keeps one log per ward, and hands it out in pages."""

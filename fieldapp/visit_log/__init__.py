"""The visit log as it stood at a revision, read the same way on a laptop and on the server."""

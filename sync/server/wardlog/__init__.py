"""One log per ward: how a changeset gets into it, and how laptops read it."""

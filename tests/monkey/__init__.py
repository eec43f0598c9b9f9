"""Keys and clicks at random on the real window, from a seed: nothing may break or hang."""

"""The tree of divisions and grids, dated; the scope of every row."""

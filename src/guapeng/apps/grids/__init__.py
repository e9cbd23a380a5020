"""Grids (网格): parts of a village or community, drawn, staffed and worked in."""

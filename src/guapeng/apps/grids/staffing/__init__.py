"""Every grid has a worker and a deputy, any day; a gap is named before it comes."""

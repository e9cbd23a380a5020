"""Plans of grids: surveyed layers, drafts, the editor on the map, and taking effect on a day."""

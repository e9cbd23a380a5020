"""Field work: what is due in a grid, a phone that works without a signal, and how it catches up."""

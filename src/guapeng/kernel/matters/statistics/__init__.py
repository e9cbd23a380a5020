"""Statistics: what is counted, kept counts, and the page that shows them."""

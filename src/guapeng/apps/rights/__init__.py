"""A person's rights over their data: to see, copy, correct, delete and withdraw (loop L20)."""

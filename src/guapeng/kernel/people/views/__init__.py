"""The pages of the people: one's own page, looking somebody up, accounts and posts."""

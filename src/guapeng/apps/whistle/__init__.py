"""The whistle: a community calls several departments at once, and they report in (loop L7)."""

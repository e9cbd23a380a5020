"""The household ledger of a grid: few fields, each with its basis, and nothing lost in silence."""

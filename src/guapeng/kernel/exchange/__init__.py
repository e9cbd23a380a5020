"""What comes in from other systems' lists, and what goes out: mappings, imports, exports."""

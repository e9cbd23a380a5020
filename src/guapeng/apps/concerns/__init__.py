"""Reports and grid events: from what somebody saw to what they say of the result (loop L6)."""

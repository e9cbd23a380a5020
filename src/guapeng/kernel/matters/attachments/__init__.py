"""Files of matters: given with a step, seen by those involved, published by a person's choice."""

"""Law as data: dated numbers with their source, and the working calendar."""

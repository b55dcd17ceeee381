"""Groups of rows made true in batches, with what became of each row."""

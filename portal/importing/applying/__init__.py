"""Applying of groups of rows in batches, and the record of what became of each row."""

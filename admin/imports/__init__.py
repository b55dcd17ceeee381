"""Files in: dry run, mappings, history."""

"""書き出し: files that staff ask for and the worker writes."""

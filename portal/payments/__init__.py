"""Payment methods and states."""

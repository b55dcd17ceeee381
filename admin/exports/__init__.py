"""Exports: files that a shop takes out."""

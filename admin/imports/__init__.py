"""Imports: files that come in, their trial, mappings, history."""

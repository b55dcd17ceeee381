"""The content of a file: bytes, rows, columns, cells. Pure."""

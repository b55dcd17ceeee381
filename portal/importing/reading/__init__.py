"""What stands in a file: bytes, rows, columns, cells. Pure."""

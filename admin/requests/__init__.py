"""What buyers ask of the shop."""

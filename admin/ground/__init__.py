"""What every staff page passes or shares: the door, the way back, what the application holds for them."""

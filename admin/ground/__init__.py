"""What all staff pages share: the door (whom a page admits), the way back, the application's services."""

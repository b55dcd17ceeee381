"""Getting in and proving who one is: login, the mailed code, a staff visit, the link once more."""

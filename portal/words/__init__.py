"""What things are called, in one place for pages, mails, audit and files."""

"""What things are called, once for pages, mails, audit and files."""

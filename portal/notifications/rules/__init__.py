"""What holds for mails: placeholders, texts, retries. Values in, values out."""

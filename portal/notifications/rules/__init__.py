"""Rules for mails: placeholders, texts, retries. Pure: values in, values out."""

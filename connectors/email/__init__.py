"""The channel `email`: SMTP and IMAP in, SMTP out, import of mail files."""

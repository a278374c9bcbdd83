"""Settings: the business itself, as visitors and mails name it."""

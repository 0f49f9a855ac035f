"""Mails to people: kept until they are sent, reminders, and what was told to whom."""

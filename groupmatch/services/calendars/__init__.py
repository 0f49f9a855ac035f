"""Appointments as a private feed for people's own calendars."""

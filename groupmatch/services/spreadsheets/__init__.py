"""Spreadsheets in and out: people, therapists, groups, requests, seats and who is kept apart."""

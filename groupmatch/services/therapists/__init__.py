"""Therapists: their licenses, weeks and groups."""

"""Decisions about a person's care: gates, measures, plans, discharge, calls."""

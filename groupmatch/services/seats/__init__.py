"""Seats: taken, placed by hand, handed over, given back."""

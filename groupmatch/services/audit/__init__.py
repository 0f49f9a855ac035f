"""Who did or read what, when, and from what to what."""

"""Groups: made, changed, merged and closed, and what their pages tell."""

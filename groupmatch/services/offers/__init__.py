"""Seats held out to people until they answer, or the time to answer is over."""

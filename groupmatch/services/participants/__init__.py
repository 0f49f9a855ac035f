"""People in care: found, taken in, shown to staff and to themselves."""

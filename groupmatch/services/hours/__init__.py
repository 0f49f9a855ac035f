"""When people can come, and what an hour is on whose clock."""

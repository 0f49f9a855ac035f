"""What people wait for, what would serve it, and the open times that fit."""

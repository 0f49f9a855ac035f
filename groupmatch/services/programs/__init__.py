"""Programs and the words, places and policies that govern them."""

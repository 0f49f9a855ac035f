"""What the solver works out beside the match: why not, shortage, what-if, price of moves."""

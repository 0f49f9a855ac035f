"""What a run proposes, until people have approved, changed, published or undone it."""

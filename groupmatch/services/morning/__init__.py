"""What a coordinator has to do now."""

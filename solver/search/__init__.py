"""The search: tier after tier, with a solution and true bounds at every moment."""

"""Who may sign in, and how: accounts, roles, sign-ins, too many attempts, emergency access."""

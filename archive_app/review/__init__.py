"""Who may see a case: restrictions, allow-list, access review, explanations."""

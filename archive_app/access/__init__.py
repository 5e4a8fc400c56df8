"""Who may see what: the one rule, its look-ups, and what stands under it in the database."""

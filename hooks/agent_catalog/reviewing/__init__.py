"""Two catalogs in, what changed for a user of the agents out."""

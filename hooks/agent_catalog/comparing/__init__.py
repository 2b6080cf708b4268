"""A catalog in, what its agents have in common out."""

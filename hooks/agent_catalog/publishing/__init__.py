"""A catalog in, the content of a site out: pages, JSON and raw files."""

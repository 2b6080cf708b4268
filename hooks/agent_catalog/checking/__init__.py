"""Checks a catalog: rules as data and small functions, and one list of findings for all."""

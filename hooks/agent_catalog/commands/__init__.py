"""The commands beside `build`: `check` and `rule`."""

"""The commands beside `build`: `check`, `diff` and `rule`."""

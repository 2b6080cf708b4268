"""Bytes in, agents out; nothing here raises on what it reads."""

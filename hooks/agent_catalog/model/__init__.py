"""What the stages hand to each other: frozen values, no I/O, no HTML."""

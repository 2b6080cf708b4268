"""Pull requests in, previews of what they change out; nothing of them is executed."""

"""What is asked of GitHub, and what is told to it."""

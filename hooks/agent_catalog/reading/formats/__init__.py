"""The formats of agent files: a data file for each tool, a module for each way of reading."""

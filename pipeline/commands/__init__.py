"""The commands: those that clean, and those that look at what is there."""

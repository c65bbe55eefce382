"""Training of what tells whether a text is in the language that fits it best."""

"""What tells the title of a plain text, learned from pages whose title is known."""

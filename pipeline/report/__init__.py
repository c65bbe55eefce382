"""What a run wrote, to look at: its card, its report, one run beside another.

Nothing here shapes a record.
"""

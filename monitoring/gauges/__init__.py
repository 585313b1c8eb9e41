"""How alarming a series is just now: one gauge per kind, one pass, no look-ahead."""

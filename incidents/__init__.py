"""What happened: incidents, phases, steps, deadlines, decisions, sign-offs and the hash-chained timeline."""

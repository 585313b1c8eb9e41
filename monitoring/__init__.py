"""What may start it: readings, rules, breaches, opening or joining an incident."""

"""Customer service: inquiries, standard answers, routing, counts by reason."""

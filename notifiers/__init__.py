"""How a message leaves and what came back: recipients, render, outbox, sender, receipts, acknowledgements."""

"""What is measured, each in a process of its own: `prepare` functions that answer the work whose time counts."""

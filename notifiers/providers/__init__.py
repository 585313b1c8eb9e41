"""The companies that carry a message: each module knows one API and the message it was given, nothing else."""

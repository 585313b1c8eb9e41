"""What people and machines touch: the crisis command, the web receiver, the supervisor, the sender process."""

"""The commands of `crisis`, each module a small group: read the arguments, call the rooms below, say what happened."""

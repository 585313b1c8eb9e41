"""Who and what, agreed in calm: teams, members, contacts, tools, resources, channels, flows, standard messages."""

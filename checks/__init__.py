"""Answers before the fire: the playbook compiler."""

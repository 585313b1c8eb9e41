"""Reads the environment once; builds store, vault, providers and clock; migrates, backs up and erases in the store."""

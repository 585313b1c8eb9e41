"""Reads the environment once; builds the real store, vault, providers and clock; migrates and backs up the store."""

"""Rehearsals: scenarios, the mark on every text and the drill roster. Pure; its flow is flows/drill.py."""

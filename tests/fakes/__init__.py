"""Providers that live on this machine: they check every request against the provider's own contract."""

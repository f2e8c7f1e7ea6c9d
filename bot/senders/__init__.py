"""Senders: each delivers parcels by one road, and raises nothing."""

"""Businesses that could exist, and what the rule makes of them."""

"""Questionnaires, scores, plans and certificates for the protection of children in travel and tourism."""

__version__ = "0.1.0"

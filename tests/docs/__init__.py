"""Documentation that is read by tests, so that it cannot drift."""

"""All SQL: one transaction per deed, a module per noun."""

"""What the skins for JSON and pages have in common: credentials, limits, request ids, the transaction."""

"""The skin for programs: JSON under /api/v1, described by its own OpenAPI document."""

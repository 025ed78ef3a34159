"""A second, naive implementation of the scoring rule, which shares no code with the first."""

"""Problems and refusals in Khmer. Not reviewed by a native speaker yet. What is missing here is said in English."""

PROBLEMS: dict[str, str] = {}

REFUSALS: dict[str, str] = {}

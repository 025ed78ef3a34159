"""What this project is about: pure rules, without files, clocks, chance or frameworks."""

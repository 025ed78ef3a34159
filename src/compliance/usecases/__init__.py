"""One function per deed: load, decide, save. What the skins have in common, and who may do it."""

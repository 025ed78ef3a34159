"""The pages: server-rendered HTML that works without scripts. A file per noun; every deed is a use case."""

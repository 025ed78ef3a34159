"""Results, plans, certificates and forms as files: structs in, bytes out; the same input gives the same bytes."""

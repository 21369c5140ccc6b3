"""The connectors that ship with c360, one package a source; each is an entry point of the group c360.connectors."""

"""The layouts that ship with c360."""

"""Sections, one file each: OPTIONS and build(customer, store, options) -> blocks."""

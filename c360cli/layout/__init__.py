"""Layouts: which sections a page has, in which order, with which options."""

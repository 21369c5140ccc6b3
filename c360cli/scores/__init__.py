"""Scores over a store: which scorecard a customer gets, what its figures are, and what of that is kept.

``rescoring`` is where others begin; ``cards`` tells which scorecards are in force. ``store.scores`` reads what is kept.
"""

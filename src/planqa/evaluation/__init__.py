"""How good the answers are, measured on questions with gold evidence.

questions -> evaluate -> table, misses, run; a run with another -> compare.
"""

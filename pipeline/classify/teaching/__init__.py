"""Teaches the sensitivity judge from invented situations, when its weights are made."""

"""Dated sessions: who leads, who came, what fell out."""

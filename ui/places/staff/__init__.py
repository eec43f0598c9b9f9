"""Người và máy: who works in a supervisor's wards, with which machines, and changing that."""

"""Thỏa thuận ba bên: all wards with their agreement, what is known of one, and recording it."""

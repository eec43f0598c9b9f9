"""The training: a lesson on invented people, with partners who act by themselves."""

"""What the server sent, as the laptop keeps it: pages, answers, snapshots, repairs, restores."""

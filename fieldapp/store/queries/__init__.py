"""What screens, use cases and the sync read of the laptop's file: set-based, plain values."""

"""What the product knows, without Qt and without HTTP: records, rules, the laptop's file, use cases."""

__version__ = "0.1.0"

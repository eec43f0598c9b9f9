"""What the product knows, without Qt and without HTTP: records, rules, store, use cases."""

__version__ = "0.1.0"

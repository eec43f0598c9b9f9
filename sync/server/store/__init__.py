"""The server's database: its tables, migrations, and how it is written."""

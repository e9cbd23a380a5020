"""What keeps an instance running: its data folder, its database server, its processes.

Free of Django. ``postgres`` is the door: where the database is, and that it is there.
"""

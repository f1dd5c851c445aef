"""Invented agencies that live: served over real transports on the loopback.

``plan`` says who there is, ``shows`` what each shows at a moment, the servers (``web``, ``sftp``,
``imap``) and ``pushing`` carry it. Never listens on anything but the loopback.
"""

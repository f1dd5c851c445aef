"""The small public service for readers: subscribe, confirm, change, leave, export, erase.

The only part of Blotter that strangers may talk to besides the public folder. It must never tell
one address from another in an answer, set a cookie, or ask a third party for anything.
"""

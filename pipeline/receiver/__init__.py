"""The receiver: where agencies push payloads, acknowledged only once they are durable.

A room of its own, so that it can run as a process of its own with nothing of the desk in it.
``build_receiver`` makes the application, ``beside`` serves it in the desk's process.
"""

from pipeline.receiver.app import build_receiver
from pipeline.receiver.beside import beside
from pipeline.receiver.state import Receiver

__all__ = ["Receiver", "beside", "build_receiver"]

"""A small SFTP server on the loopback: one user, one password, one folder to read.

In: a folder of files. Out: host, port and the line for a file of known hosts. Everybody who logs in
sees the folder as the root; nothing outside of it, and nothing can be written.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import asyncssh

__all__ = ["SftpAddress", "sftp_server"]


@dataclass(frozen=True, slots=True, kw_only=True)
class SftpAddress:
    """Where the server listens, and the lines by which it is known."""

    port: int
    known_hosts: str


class _ReadOnly(asyncssh.SFTPServer):
    def open(self, path: bytes, pflags: int, attrs: asyncssh.SFTPAttrs) -> object:
        if pflags & (asyncssh.FXF_WRITE | asyncssh.FXF_APPEND | asyncssh.FXF_CREAT):
            raise asyncssh.SFTPPermissionDenied("this server is for reading")
        return super().open(path, pflags, attrs)

    def remove(self, path: bytes) -> None:
        raise asyncssh.SFTPPermissionDenied(f"{path!r} is for reading")

    def rename(self, oldpath: bytes, newpath: bytes) -> None:
        raise asyncssh.SFTPPermissionDenied(f"{oldpath!r} stays, and is not {newpath!r}")


class _Door(asyncssh.SSHServer):
    def __init__(self, user: str, password: str) -> None:
        self._pair = (user, password)

    def begin_auth(self, username: str) -> bool:
        return bool(username)

    def password_auth_supported(self) -> bool:
        return True

    async def validate_password(self, username: str, password: str) -> bool:
        await asyncio.sleep(0)
        return (username, password) == self._pair


@asynccontextmanager
async def sftp_server(
    folder: Path, *, user: str, password: str, port: int = 0, names: Sequence[str] = ()
) -> AsyncIterator[SftpAddress]:
    """Serve a folder until the block ends, also at these further addresses of the loopback."""
    others = sorted({*names} - {"127.0.0.1"})
    key = asyncssh.generate_private_key("ssh-ed25519")
    root = str(folder)
    async with AsyncExitStack() as stack:
        for name in ("127.0.0.1", *others):
            server = await asyncssh.create_server(
                lambda: _Door(user, password),
                name,
                port,
                server_host_keys=[key],
                sftp_factory=lambda channel: _ReadOnly(channel, chroot=root.encode()),
                allow_scp=False,
            )
            await stack.enter_async_context(server)
            port = server.get_port()  # the first one's choice is everybody's
        public = key.export_public_key().decode().split(" ")
        line = f"{{host}} {public[0]} {public[1]}".strip()
        hosts = ("127.0.0.1", "localhost", *others)
        hosts = (*hosts, *(f"[{host}]:{port}" for host in hosts))
        lines = "".join(line.replace("{host}", host) + "\n" for host in hosts)
        yield SftpAddress(port=port, known_hosts=lines)

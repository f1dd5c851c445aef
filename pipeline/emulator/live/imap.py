"""A small IMAP server over TLS on the loopback: the few commands a reader of mail needs.

In: mailboxes as lists of messages, by user. Out: a port. It knows LOGIN, SELECT, UID SEARCH, UID
FETCH of sizes and bodies, UID STORE of flags, and LOGOUT (RFC 3501); anything else is BAD. Meant
for the emulator and for tests; it is no mail server.
"""

from __future__ import annotations

import asyncio
import re
import ssl
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

__all__ = ["MailFolder", "imap_server"]

_COMMAND = re.compile(r"(?P<tag>\S+) (?P<name>(?:UID )?\S+) ?(?P<rest>.*)", re.IGNORECASE)
_LOGIN = re.compile(r'"?(?P<user>[^"\s]+)"? "?(?P<password>[^"\s]*)"?')
_RANGE = re.compile(r"UID (\d+):\*", re.IGNORECASE)


class MailFolder:
    """A folder of messages. UIDs count from 1; ``seen`` holds those marked."""

    def __init__(self, *, password: str, validity: int = 1) -> None:
        self.password, self.validity = password, validity
        self.messages: list[bytes] = []
        self.seen: set[int] = set()


@asynccontextmanager
async def imap_server(
    folders: Mapping[str, MailFolder],
    context: ssl.SSLContext,
    *,
    port: int = 0,
    boxes: Mapping[str, MailFolder] | None = None,
) -> AsyncIterator[int]:
    """Serve the folders, by user, until the block ends; yield the port.

    ``boxes`` are further folders by name, which every user may select.
    """

    async def meet(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await _Session(folders, boxes or {}, reader, writer).run()
        except (ConnectionError, asyncio.IncompleteReadError):
            return
        finally:
            writer.close()

    server = await asyncio.start_server(meet, "127.0.0.1", port, ssl=context)
    async with server:
        yield int(server.sockets[0].getsockname()[1])


class _Session:
    def __init__(
        self,
        folders: Mapping[str, MailFolder],
        boxes: Mapping[str, MailFolder],
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
    ) -> None:
        self._folders, self._boxes = folders, boxes
        self._reader, self._writer = reader, writer
        self._folder: MailFolder | None = None

    async def run(self) -> None:
        self._say("* OK ready")
        while line := await self._reader.readline():
            found = _COMMAND.fullmatch(line.decode("utf-8", "replace").strip())
            if found is None:
                self._say("* BAD what?")
            elif not self._answer(found["tag"], found["name"].upper(), found["rest"]):
                break
            await self._writer.drain()

    def _answer(self, tag: str, name: str, rest: str) -> bool:
        """Answer one command; return whether the session goes on."""
        if name == "CAPABILITY":
            self._say("* CAPABILITY IMAP4rev1", f"{tag} OK done")
        elif name == "LOGIN":
            self._login(tag, rest)
        elif name == "LOGOUT":
            self._say("* BYE", f"{tag} OK bye")
            return False
        elif self._folder is None:
            self._say(f"{tag} NO log in first")
        else:
            self._inside(tag, name, rest, self._folder)
        return True

    def _login(self, tag: str, rest: str) -> None:
        found = _LOGIN.fullmatch(rest)
        folder = self._folders.get(found["user"]) if found else None
        if folder is None or found is None or found["password"] != folder.password:
            self._say(f"{tag} NO wrong")
            return
        self._folder = folder
        self._say(f"{tag} OK in")

    def _inside(self, tag: str, name: str, rest: str, folder: MailFolder) -> None:
        if name == "SELECT":
            folder = self._folder = self._boxes.get(rest.strip('" '), folder)
            self._say(
                f"* {len(folder.messages)} EXISTS",
                f"* OK [UIDVALIDITY {folder.validity}] valid",
                f"{tag} OK [READ-WRITE] selected",
            )
        elif name == "UID SEARCH" and (found := _RANGE.fullmatch(rest)):
            last = len(folder.messages)
            # "n:*" holds the last message in any case, as the standard says.
            uids = sorted({*range(int(found[1]), last + 1), *([last] if last else [])})
            self._say("* SEARCH " + " ".join(map(str, uids)), f"{tag} OK searched")
        elif name == "UID FETCH":
            self._fetch(tag, rest, folder)
        elif name == "UID STORE":
            folder.seen.add(int(rest.split()[0]))
            self._say(f"{tag} OK stored")
        else:
            self._say(f"{tag} BAD not here")

    def _fetch(self, tag: str, rest: str, folder: MailFolder) -> None:
        uid, _, what = rest.partition(" ")
        body = folder.messages[int(uid) - 1]
        if "RFC822.SIZE" in what:
            self._say(f"* {uid} FETCH (UID {uid} RFC822.SIZE {len(body)})", f"{tag} OK fetched")
            return
        self._writer.write(f"* {uid} FETCH (UID {uid} BODY[] {{{len(body)}}}\r\n".encode())
        self._writer.write(body)
        self._say(")", f"{tag} OK fetched")

    def _say(self, *lines: str) -> None:
        self._writer.write("".join(f"{line}\r\n" for line in lines).encode())

"""Works at the desk by keys alone, and counts each: one editor's page in a real browser.

In: a page that is logged on. Out: decisions of every kind, with how many keys each took from the
moment its item was shown. It never clicks, and never sends a request of its own.
"""

from __future__ import annotations

import time
from collections import defaultdict
from contextlib import suppress
from dataclasses import dataclass, field

from playwright.sync_api import Error, Page, Response

__all__ = ["Shift"]

_MORE = " The road may be closed."
_PATIENCE = 12.0
_GONE = "document.querySelector('#detail article')?.dataset.id !== '{before}'"


@dataclass
class Shift:
    """One editor's page; every key pressed is counted, also those of typed words."""

    page: Page
    canaries: tuple[str, ...]
    foreign: list[str] = field(default_factory=list)
    leaks: set[tuple[str, str]] = field(default_factory=set)
    served: int = 0
    keys: int = 0
    used: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))

    def press(self, *keys: str) -> None:
        """Press keys one after the other."""
        for key in keys:
            self.keys += 1
            self.page.keyboard.press(key)

    def type(self, text: str) -> None:
        """Type words into what has the focus."""
        self.keys += len(text)
        self.page.keyboard.type(text)

    def looked(self, response: Response) -> None:
        """Search a body for private values; streams have none yet."""
        if "/stream" in response.url:
            return
        try:
            body = response.body().decode("utf-8", "replace").casefold()
        except Error:  # redirects have no body, and a page may be gone
            return
        self.served += len(body)
        self.leaks |= {(word, response.url) for word in self.canaries if word in body}

    def shown(self) -> str | None:
        """Return what is read at this moment."""
        return self.page.get_attribute("#detail article", "data-id", timeout=10_000)

    def offers(self, verb: str) -> bool:
        """Return whether the item that is read can be decided so."""
        return self.page.locator(f'#detail [data-act="{verb}"]').count() > 0

    def rest(self, milliseconds: int = 300) -> None:
        """Go back to the list, and look at the next item."""
        self.press("Escape", "j")
        self.page.wait_for_timeout(milliseconds)

    def decide(self, kind: str, *keys: str) -> bool:
        """Press keys until what is shown is another candidate; return whether it became one."""
        before, start = self.shown(), self.keys
        self.press(*keys)
        return self._moved_on(kind, before, start)

    def edit(self) -> bool:
        """Say one sentence more, and propose it."""
        before, start = self.shown(), self.keys
        return self._says_more("e") and self._moved_on("edit", before, start)

    def undo(self, candidate: str) -> bool:
        """Take the last decision back, so that its candidate waits again."""
        start = self.keys
        self.press("u")
        back = f"document.querySelector('#rows .line[data-key=\"{candidate}\"]') !== null"
        return self._counted("undo", start, back)

    def correct(self) -> bool:
        """Propose other words for the alert that is read."""
        before, start = self.shown(), self.keys
        return self._says_more("c") and self._counted("correct", start, _GONE.format(before=before))

    def retract(self) -> bool:
        """Withdraw the alert that is read, for the first of the reasons."""
        before, start = self.shown(), self.keys
        self.press("x", "1")
        return self._counted("retract", start, _GONE.format(before=before))

    def go(self, tab: str) -> bool:
        """Go to another tab by the keys that any page has."""
        self.press("Escape")
        for _ in range(80):
            if self.page.evaluate("document.activeElement?.getAttribute('href')") == (
                f"/queue?tab={tab}"
            ):
                self.press("Enter")
                return self._until(
                    f"document.querySelector('.tabs a[aria-current]')?.getAttribute('href')"
                    f" === '/queue?tab={tab}'"
                )
            self.press("Shift+Tab")
        return False

    def reads(self, state: str) -> bool:
        """Go down the list until an item in this state is read."""
        for _ in range(5):
            self.rest(700)
            now = "document.querySelector('#detail article')?.dataset.state"
            if self.page.evaluate(now) == state:
                return True
        return False

    def _says_more(self, key: str) -> bool:
        """Open the words by this key and send them with a sentence more."""
        self.press(key)
        if not self._until("document.activeElement?.name === 'headline'"):
            return False
        self.press("Tab", "Control+End")
        self.type(_MORE)
        self.press("Tab", "Enter")
        return True

    def _moved_on(self, kind: str, before: str | None, start: int) -> bool:
        other = (
            "(() => { const a = document.querySelector('#detail article');"
            f" return a && a.dataset.id !== '{before}' && a.dataset.state === 'pending' }})()"
        )
        return self._counted(kind, start, other)

    def _counted(self, kind: str, start: int, done: str) -> bool:
        if not self._until(done):
            return False
        self.used[kind].append(self.keys - start)
        return True

    def _until(self, condition: str) -> bool:
        """Ask again and again: a wait inside the page would be stopped by the desk's own policy."""
        end = time.monotonic() + _PATIENCE
        while time.monotonic() < end:
            with suppress(Error):  # the page is just being replaced
                if self.page.evaluate(f"Boolean({condition})"):
                    return True
            self.page.wait_for_timeout(100)
        return False  # the queue ran empty, or the item stayed

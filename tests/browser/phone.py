"""A buyer's phone: Chromium with a small touch screen, which notes everything that goes wrong in it.

Words to look for are given in Japanese; on a phone in another language the translation of the whole text is looked for.
"""

import json
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from gettext import NullTranslations, translation
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, ConsoleMessage, Error, Locator, Page, Playwright, Request, Response, expect

from tests.browser.site import Site

EXECUTABLES = ("chromium-headless-shell", "chromium", "chromium-browser")
"""Names of the browser's program; the first is the same engine without windows and takes two thirds of the time."""
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
AGENT = (
    "Mozilla/5.0 (Linux; Android 14; SH-M26) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/140.0.0.0 Mobile Safari/537.36"
)
TEXTS = Path(__file__).parents[2] / "portal" / "translations"
PATIENCE = 30_000
"""Milliseconds to wait for something; the machine may be busy with other tests."""


@contextmanager
def chromium(playwright: Playwright, profile: Path) -> Iterator[Browser]:
    """Start Debian's Chromium and yield it; PDFs are downloaded, as on a phone, and not shown in a viewer."""
    preferences = profile / "Default" / "Preferences"
    preferences.parent.mkdir(parents=True)
    preferences.write_text(json.dumps({"plugins": {"always_open_pdf_externally": True}}))
    found = next(filter(None, map(shutil.which, EXECUTABLES)), None)
    assert found, "Chromium is not installed: `make setup` installs it"
    context = playwright.chromium.launch_persistent_context(profile, executable_path=found, args=FLAGS)
    assert context.browser
    yield context.browser
    context.close()


class Phone:
    def __init__(
        self,
        browser: Browser,
        site: Site,
        *,
        javascript: bool = True,
        language: str = "ja-JP",
        dark: bool = False,
        width: int = 360,
        **more: Any,
    ) -> None:
        self.site = site
        self.javascript = javascript
        self.touch = width < 800
        """Whether the screen is touched: from 800 pixels on it is a computer with a mouse."""
        self._texts: NullTranslations = translation("messages", TEXTS, [language.replace("-", "_")], fallback=True)
        self.problems: list[str] = []
        self.document: Response | None = None
        """The page on the screen as the server sent it."""
        self.expected: set[int] = set()
        """Statuses from 400 on that belong to the test's story."""
        self.context = browser.new_context(
            viewport={"width": width, "height": 780},
            is_mobile=self.touch,
            has_touch=self.touch,
            user_agent=AGENT,
            locale=language,
            timezone_id="Asia/Tokyo",
            color_scheme="dark" if dark else "light",
            java_script_enabled=javascript,
            **more,
        )
        self.context.set_default_timeout(PATIENCE)
        self.context.on("console", self._console)
        self.context.on("weberror", lambda error: self.problems.append(f"exception: {error.error}"))
        self.context.on("requestfailed", self._failed)
        self.context.on("response", self._response)
        self.page: Page = self.context.new_page()

    def _console(self, message: ConsoleMessage) -> None:
        # `_response` judges statuses from 400 on.
        if message.type in ("error", "warning") and "the server responded with a status of" not in message.text:
            self.problems.append(f"console: {message.text}")

    def _failed(self, request: Request) -> None:
        # A request is aborted by a download, which leaves the page as it is, or when a new page overtakes a refresh.
        if request.failure != "net::ERR_ABORTED":
            self.problems.append(f"{request.url}: {request.failure}")

    def _response(self, response: Response) -> None:
        # Neither a page in a frame nor a downloaded file is the page on the screen.
        is_page = response.request.is_navigation_request() and response.frame.parent_frame is None
        is_page = is_page and response.headers.get("content-type", "").startswith("text/html")
        if is_page and not 300 <= response.status < 400:
            self.document = response
        if response.status >= 400 and response.status not in self.expected:
            self.problems.append(f"{response.request.method} {response.url}: {response.status}")

    def close(self) -> None:
        self.context.close()
        assert not self.problems, "\n".join(self.problems)

    # --- what a person does ------------------------------------------------------------------------------------------
    def open(self, address: str) -> None:
        self.page.goto(self.site.url(address) if address.startswith("/") else address)

    def press(self, words: str) -> None:
        """Press the button or link with these words."""
        control = self.control(words)
        if self.touch:
            control.tap()
        else:
            control.click()

    def control(self, words: str) -> Locator:
        words = self._texts.gettext(words)
        button = self.page.get_by_role("button", name=words)
        return button.or_(self.page.get_by_role("link", name=words)).first

    def write(self, label: str, text: str) -> None:
        self.page.get_by_label(self._texts.gettext(label)).fill(text)

    def sees(self, words: str) -> None:
        expect(self.page.get_by_text(self._texts.gettext(words)).first).to_be_visible(timeout=PATIENCE)

    def sees_title(self, words: str) -> None:
        title = self.page.get_by_role("heading", level=1)
        expect(title).to_have_text(self._texts.gettext(words), timeout=PATIENCE)

    def text(self) -> str:
        return self.page.locator("body").inner_text()

    def download(self, words: str) -> Path:
        """Press the control with these words and return the file that it downloads."""
        with self.page.expect_download() as coming:
            self.press(words)
        return Path(coming.value.path())


def pdf_lines(file: Path) -> str:
    """Return the text of a PDF in the layout of its pages."""
    assert file.read_bytes().startswith(b"%PDF-")
    command = ["pdftotext", "-layout", str(file), "-"]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def pdf_text(file: Path) -> str:
    """Return the text of a PDF without blanks and line breaks."""
    return "".join(pdf_lines(file).split())


__all__ = ["Error", "Phone", "chromium", "expect", "pdf_lines", "pdf_text"]

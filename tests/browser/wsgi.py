"""The application as served to the tests' browser: the real one but for its clock."""

from portal.app import create_app
from tests.browser.clockfile import of_environment

app = create_app()
app.config["CLOCK"] = of_environment()

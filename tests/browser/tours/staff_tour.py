"""The tour of the staff's pages: each page in every state it can be in, one after the other."""

from collections.abc import Iterator

from PIL import Image
from playwright.sync_api import expect

from admin.settings.sections import SECTIONS
from portal.models import StaffSession
from tests.browser.phone import PATIENCE
from tests.browser.signing_in import sign_in_staff
from tests.browser.tours import subscription_settings_tour
from tests.browser.tours.desk import Desk
from tests.browser.tours.receipts_tour import ledger_pages, receipt_pages
from tests.browser.tours.staff_stage import LONG_CODE
from tests.browser.tours.subscription_tour import subscription_pages
from tests.cast import PASSWORD
from tests.importing.files import order as row_of_order
from tests.importing.files import table
from tests.shops.pictures import file_of
from tests.staff.people import code, wrong_code

FILE = table(row_of_order(), row_of_order(受注コード="A-1002", 数量="0", 備考="自由記入"), encoding="cp932")


class StaffTour(Desk):
    """The staff's tour; each part is a method here or a module of its own."""

    def places(self) -> Iterator[str]:
        """Yield the name of each place while the page shows it."""
        for part in (self.door, self.own_account, self.today, self.settings, self.orders, self.order_pages):
            yield from part()
        for part in (
            self.subscription_settings,
            self.subscriptions,
            self.receipts,
            self.ledger,
            self.imports,
            self.letters,
            self.people,
            self.errors,
            self.as_buyer,
        ):
            yield from part()

    # --- the door ----------------------------------------------------------------------------------------------------
    def door(self) -> Iterator[str]:
        mails = self.stage.mails
        self.desk.open("/admin/login")
        yield "login"
        self.send("/login", email="suzuki", password="")
        yield "login, nothing typed"
        for tries in range(1, 7 if self.whole else 2):
            self.desk.open("/admin/login")
            self.send("/login", email=f"nobody@{self.stage.shop.slug}.example.jp", password="x")
            if tries in (1, 6):
                yield "login, refused" if tries == 1 else "login, locked"
        self.desk.open("/admin/password")
        yield "forgotten password"
        self.send("/password", email="suzuki")
        yield "forgotten password, no address"
        self.send("/password", email="nobody@example.jp")
        yield "forgotten password, sent"
        self.desk.open(f"/admin/password/{self.stage.token}")
        yield "new password"
        self.page.locator("#new").fill("short")
        with self.page.expect_navigation():
            self.page.locator("main button[type=submit]").click()
        yield "new password, refused"
        self.desk.open("/admin/password/old")
        yield "new password, link is gone"
        self.desk.open("/admin/login")
        self.send("/login", email=mails["app"], password=PASSWORD)
        yield "code"
        self.send("/login/code", code=wrong_code(self.desk.site.app))
        yield "code, refused"
        self.desk.open("/admin/login/code?recovery=1")
        yield "recovery code"
        self.desk.open("/admin/login/code")
        self.send("/login/code", code=code(self.desk.site.app))

    def own_account(self) -> Iterator[str]:
        self.desk.open("/admin/account")
        yield "account with an app"
        self.desk.open("/admin/account/totp")
        yield "app"
        self.change(StaffSession, StaffSession.ended_at.is_(None), totp_at=None)
        self.desk.open("/admin/account/totp")
        yield "app, to be proved"
        self.sign_out()
        sign_in_staff(self.desk, self.stage.mails["manager"])
        self.desk.open("/admin/")
        yield "shops"
        self.desk.open("/admin/account")
        yield "account without an app"
        self.desk.open("/admin/account/password")
        yield "own password"
        self.send("/password", old="x", new="y", again="z")
        yield "own password, refused"
        self.desk.open("/admin/account/totp")
        yield "new app"
        secret = "".join((self.page.locator("main code.key").text_content() or "").split())
        self.send("/totp/new", code="000")
        yield "new app, wrong code"
        self.send("/totp/new", code=code(self.desk.site.app, secret=secret))
        yield "recovery codes"

    # --- the day, orders ---------------------------------------------------------------------------------------------
    def today(self) -> Iterator[str]:
        self.open("/")
        yield "today"
        self.desk.open(f"/admin/shops/{self.stage.empty.slug}/")
        yield "today, nothing to do"
        nouns = ("orders", "receipts", "exports", "imports", "mails", "requests", "bundles", "locks", "audit")
        for noun in self.some(nouns, 2):
            self.desk.open(f"/admin/shops/{self.stage.empty.slug}/{noun}")
            yield f"{noun}, nothing there"

    def orders(self) -> Iterator[str]:
        lists = (
            ("orders", ""),
            ("orders, second page", "?next"),
            ("orders, filters", "?q=山田&status=shipped&status=returned&since=2026-11-01&attention=1"),
            ("orders, no hit", "?q=太郎&status=cancelled"),
            ("orders, of all shops", "?q=A-10234&all_shops=1"),
            ("orders, unreadable filter", f"?q={'x' * 200}"),
        )
        for name, query in self.some(lists, 4):
            if query == "?next":
                with self.page.expect_navigation():
                    self.page.locator("a[rel=next]").click()
            else:
                self.open(f"/orders{query}")
            yield name

    def order_pages(self) -> Iterator[str]:
        stage = self.stage
        codes = ("A-10234", "L-60", "S-CANCELLED", "R-UNKNOWN", LONG_CODE, "S-RETURN", "S-HELD", "S-NEW", "B-1")
        for order_code in self.some(codes, 5):
            self.open(self.order_path(order_code))
            for summary in self.page.locator("main summary").all():
                summary.click()
            yield f"order {order_code}"
        for order_code, rest in (
            *(("A-10234", rest) for rest in ("return", "payment", "rates", "buyer")),
            *(("R-UNKNOWN", "rates"), ("S-RETURN", "return"), ("W-1", "cancellation")),
        ):
            self.open(self.order_path(order_code, f"/{rest}"))
            yield f"order {order_code}, {rest}"
        self.open(self.order_path("A-10234", "/buyer"))
        self.send("/buyer", buyer_name="", email="hanako")
        yield "order, buyer, refused"
        self.open(self.order_path("W-1", "/buyer"))
        self.form("/buyer").locator("[name=version]").evaluate("field => { field.value = '0' }")
        self.send("/buyer", buyer_name="山田 桜子")
        yield "order, buyer, somebody was quicker"
        for _ in range(2):
            self.open(self.order_path("W-1"))
            self.send("/link-mail")
        yield "order, link was sent just now"
        for rest in ("payments", "refunds"):
            self.open(self.order_path("A-10234", f"/{rest}/new"))
            yield f"order, {rest}"
            self.send(f"/{rest}", moved_on="きのう")
            yield f"order, {rest}, refused"
        self.open(f"/requests/{stage.ids['request']}")
        yield "request"
        self.send("/answer", text="")
        yield "request, nothing written"
        self.open(f"/requests/{stage.ids['stopping']}/cancellation")
        yield "request to cancel"
        for name in ("requests", "requests?state=closed", f"requests/{stage.ids['answered']}", "locks", "bundles"):
            self.open(f"/{name}")
            yield name.replace(str(stage.ids["answered"]), "answered")

    def receipts(self) -> Iterator[str]:
        yield from receipt_pages(self)

    def ledger(self) -> Iterator[str]:
        yield from ledger_pages(self)

    # --- files -------------------------------------------------------------------------------------------------------
    def imports(self) -> Iterator[str]:
        self.open("/imports")
        for summary in self.page.locator("main summary").all():
            summary.click()
        yield "imports"
        self.send("/imports")
        yield "imports, no file"
        self.page.locator("#file").set_input_files({"name": "注文.csv", "mimeType": "text/csv", "buffer": FILE})
        self.send("/imports")
        address = self.page.url
        yield "import, uploaded"
        self.page.locator("#mapping").select_option("preset:orders:rakuten")
        self.send("/mapping-choice")
        yield "import, cannot be read so"
        self.page.locator("#mapping").select_option("preset:orders:generic")
        self.send("/mapping-choice")
        self.desk.open(f"{address}/mapping")
        yield "import, mapping"
        self.page.locator("[name=quantity-0]").fill("個数")
        self.send("/mapping")
        yield "import, mapping, refused"
        self.desk.open(address)
        self.send("/trial")
        expect(self.form("/application")).to_be_visible(timeout=2 * PATIENCE)
        self.page.locator("details.again summary").click()
        yield "import, tried"
        for state in self.some(("refused", "done", "trying", "applying", "cancelled"), 2):
            self.open(f"/imports/{self.stage.ids[state]}")
            yield f"import, {state}"

    # --- mails -------------------------------------------------------------------------------------------------------
    def letters(self) -> Iterator[str]:
        self.open("/mails")
        yield "mails"
        self.open("/mails?state=failed&since=2026-11-01")
        yield "mails, filters"
        for state in ("sent", "failed", "unknown"):
            self.open(f"/mails/{self.stage.ids[f'mail {state}']}")
            yield f"mail, {state}"
        self.open("/mail-texts")
        yield "mail texts"
        for message in ("order_received", "login_code"):
            self.open(f"/mail-texts/{message}/ja")
            yield f"mail text, {message}"
        self.open("/mail-texts/shipped/ja")
        self.page.locator("#mail-text #subject").fill("{{ 間違い }}")
        self.page.locator("#mail-text #body").fill("{注文番号 {{ なし }}")
        with self.page.expect_navigation():
            self.page.locator("#mail-text button.primary").click()
        yield "mail text, refused"

    # --- the shop ----------------------------------------------------------------------------------------------------
    def settings(self) -> Iterator[str]:
        self.open("/settings")
        yield "settings"
        for name, size in (("logo", (240, 80)), ("seal", (120, 120))):
            self.open("/settings/pictures")
            picture = {
                "name": f"{name}.png",
                "mimeType": "image/png",
                "buffer": file_of(Image.new("RGB", size, (180, 30, 40))),
            }
            self.page.locator(f"#{name}-file").set_input_files(picture)
            self.send(f"/pictures/{name}")
        for section, _label in SECTIONS:
            self.open(f"/settings/{section}")
            for summary in self.page.locator("main summary").all():
                summary.click()
            yield f"settings, {section}"
        self.open(f"/offered-items/{self.stage.kinds.ids['item_id'][0]}")
        yield "offered item"
        self.open("/settings/issuer")
        self.send("/issuer", registration_number="T123", issuer_postcode="1")
        yield "settings, issuer, refused"

    def subscription_settings(self) -> Iterator[str]:
        yield from subscription_settings_tour.places(self.desk, self.stage)

    def subscriptions(self) -> Iterator[str]:
        yield from subscription_pages(self)

    def people(self) -> Iterator[str]:
        self.open("/members")
        yield "members"
        self.send("/members", name="", email="x")
        yield "members, refused"
        paths = self.page.locator("main a[data-row]").evaluate_all("links => links.map(one => one.pathname)")
        for number, path in enumerate(paths[:2], 1):
            self.desk.open(path)
            yield f"member {number}"

    # --- what goes wrong ---------------------------------------------------------------------------------------------
    def errors(self) -> Iterator[str]:
        self.open("/nowhere")
        yield "error 404"
        self.open("/orders/00000000-0000-0000-0000-000000000000")
        yield "error 404, no such order"
        self.open(self.order_path("A-10234", "/hold"))
        yield "error 405"
        self.open(self.order_path("W-2", "/cancellation"))
        self.form("/cancellation").locator("[name=csrf_token]").evaluate("field => { field.value = 'old' }")
        self.send("/cancellation")
        yield "form is too old"

    def as_buyer(self) -> Iterator[str]:
        self.desk.open("/admin/account")
        self.sign_out()
        yield "login, signed out"
        sign_in_staff(self.desk, self.stage.mails["viewer"])
        self.open("/settings")
        yield "error 403"
        for path in ("/", self.order_path("A-10234"), "/imports"):
            self.open(path)
            yield f"{path.partition('/orders/')[0] or 'order'}, as a viewer"
        self.open(self.order_path("A-10234"))
        self.form("/as-buyer").evaluate("form => { form.target = '' }")
        self.send("/as-buyer")
        yield "order as the buyer sees it"

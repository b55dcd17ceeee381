"""配送会社のことば: the shop's own words for carriers, and those of its parcels that name none."""

from typing import Any

from flask import g, render_template, url_for
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response
from wtforms import FieldList, Form, FormField, SelectField, StringField

from admin.blueprint import blueprint
from admin.ground.door import needs, takes
from admin.settings.forms import SettingsForm
from admin.settings.sections import SECTIONS
from admin.settings.views import answer
from admin.settings.words import CARRIER_NAMES
from portal.clock import now
from portal.extensions import db
from portal.models import Shop
from portal.shops import recent_words
from portal.shops.rules.carrier_words import MOST_WORDS
from portal.values.roles import Role
from portal.web.fields import SelectChoice, tidied

Page = str | tuple[str, int] | Response
PARTS = 3 * MOST_WORDS


class CarrierRow(Form):
    """A word with its carrier; words of parcels are offered with the shop's own, and stay unknown without a choice."""

    words = StringField(_l("配送方法・配送会社の言葉"), filters=[tidied])
    carrier = SelectField(
        _l("どの配送会社か"),
        choices=[SelectChoice("", _l("決めない")), *(SelectChoice(code, name) for code, name in CARRIER_NAMES.items())],
        validate_choice=False,
    )


class CarriersForm(SettingsForm):
    rows = FieldList(FormField(CarrierRow))

    @classmethod
    def values(cls, shop: Shop) -> dict[str, Any]:
        rows = [{"words": words, "carrier": carrier} for words, carrier in shop.carrier_words.items()]
        return super().values(shop) | {"rows": rows}

    def changes(self) -> dict[str, Any]:
        rows = [(row.data["words"], row.data["carrier"]) for row in self.rows]
        return {"carrier_words": {words: carrier for words, carrier in rows if words and carrier}}

    def field_of(self, column: str) -> Any:
        return self.rows


@blueprint.get("/shops/<slug>/settings/carriers")
@needs(Role.MANAGER)
def show_carrier_words() -> str:
    return page(CarriersForm.of(g.shop))


@blueprint.post("/shops/<slug>/settings/carriers")
@needs(Role.MANAGER)
@takes(parts=PARTS)
def change_carrier_words() -> Page:
    form = CarriersForm.typed(g.shop)
    if not form.validate():
        return page(form), 422
    return answer(form, again=page, done=url_for("admin.show_carrier_words"))


def page(form: CarriersForm) -> str:
    unknown = recent_words.carriers(db.session, g.shop, now() - recent_words.LATELY)
    typed = {row.words.data for row in form.rows}
    for found in unknown:
        if found.words not in typed:
            form.rows.append_entry({"words": found.words})
    if all(row.words.data for row in form.rows):
        form.rows.append_entry()
    return render_template(
        "admin/settings/carriers.html",
        title=dict(SECTIONS)["carriers"],
        form=form,
        counts={found.words: found.orders for found in unknown},
    )

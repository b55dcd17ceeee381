"""A declaration alone: the form, the refusal, the tidying and the words of a setting follow from it."""

from collections.abc import Mapping
from typing import Any, ClassVar

import pytest
from flask import Flask
from werkzeug.datastructures import MultiDict

from admin.settings.declared_form import DeclaredForm
from portal.subscriptions.rules import checks, tidying
from portal.subscriptions.rules.problems import Problem
from portal.values.settings import Contradiction, Rules, Setting, Values, Widget

DECLARED: Mapping[str, Setting[Problem]] = {
    setting.column: setting
    for setting in (
        Setting("ribbons", "gifts", "リボンの数", Widget.NUMBER, checks.number((0, 3)), help="0から3まで。"),
        Setting("colors", "gifts", "色", Widget.LINES, checks.texts(5), tidying.entries),
        Setting("size", "gifts", "大きさ", Widget.CHOICE, checks.one_of("s", "l"), choices={"s": "小", "l": "大"}),
        Setting("boxes", "gifts", "箱の数", Widget.LIST, checks.number((1, 4)), bounds=(1, 4)),
        Setting("elsewhere", "cards", "カード"),
    )
}


def plain_and_colored(settings: Values, _facts: Any) -> bool:
    return settings["ribbons"] == 0 and bool(settings["colors"])


RULES = Rules(
    DECLARED,
    (Contradiction(frozenset({"ribbons", "colors"}), "colors", Problem.CHOICE, plain_and_colored),),
)
STANDING = {"ribbons": 1, "colors": ["赤"], "size": "s", "boxes": 1, "elsewhere": ""}


class GiftsForm(DeclaredForm):
    declared: ClassVar[Mapping[str, Setting[Problem]]] = DECLARED
    section = "gifts"


@pytest.fixture
def typed(app: Flask) -> dict[str, Any]:
    sent = MultiDict({"size": "l", "boxes": "3", "colors": " 青 \r\n\r\n白", "ribbons": "２", "elsewhere": "x"})
    with app.test_request_context():
        form = GiftsForm(formdata=sent)
        assert [field.name for field in form.shown()] == ["ribbons", "colors", "size", "boxes"]
        assert [str(field.label.text) for field in form.shown()] == ["リボンの数", "色", "大きさ", "箱の数"]
        assert str(form["ribbons"].description) == "0から3まで。"
        assert [label for _value, label, *_more in form["boxes"].iter_choices()] == [1, 2, 3, 4]
        return form.changes()


def test_what_is_typed_becomes_values_of_the_section(typed: dict[str, Any]) -> None:
    assert RULES.weigh(STANDING, typed, None).changed == {"ribbons": 2, "colors": ["青", "白"], "size": "l", "boxes": 3}


@pytest.mark.parametrize(
    ("changes", "problems"),
    [
        ({"ribbons": 4}, {"ribbons": Problem.NUMBER}),
        ({"size": "m"}, {"size": Problem.CHOICE}),
        ({"colors": ["とても明るい青"]}, {"colors": Problem.TOO_LONG}),
        ({"ribbons": 0}, {"colors": Problem.CHOICE}),
        # What is wrong by itself comes first.
        ({"ribbons": 0, "colors": ["とても明るい青"]}, {"colors": Problem.TOO_LONG}),
        ({"ribbons": 0, "colors": []}, {}),
        ({"size": "s"}, {}),
    ],
)
def test_what_is_declared_is_refused(changes: dict[str, Any], problems: dict[str, Problem]) -> None:
    assert RULES.weigh(STANDING, changes, None).problems == problems


def test_a_setting_that_is_not_declared_cannot_be_set() -> None:
    with pytest.raises(KeyError):
        RULES.weigh(STANDING, {"gateway": "sandbox"}, None)

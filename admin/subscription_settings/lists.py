"""What the pages of the shop's own lists share: labels, reasons, custom fields, items on offer."""

from collections.abc import Callable
from typing import Any, TypeVar

from flask import request
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response

from portal.extensions import db
from portal.subscriptions.rules.list_rules import ListError, ListProblem

Done = TypeVar("Done")

Page = str | tuple[str, int] | Response

LISTS = {
    ListProblem.EMPTY: _l("空欄です。言葉を書いてください。"),
    ListProblem.TOO_LONG: _l("長すぎます。短くしてください。"),
    ListProblem.TAKEN: _l("同じものが、もうあります。"),
    ListProblem.TOO_MANY: _l("数が多すぎます。使っていないものを減らしてください。"),
    ListProblem.STALE: _l(
        "この画面を開いたあとに、ほかの人が変えました。何も変えていません。現在の内容をご確認ください。"
    ),
    ListProblem.GONE: _l("この画面を開いたあとに、ほかの人が削除しました。"),
}


def attempt(verb: Callable[[], Done]) -> Done | ListProblem:
    """Call the verb and commit; return its result, or why it was refused."""
    try:
        done = verb()
    except ListError as error:
        db.session.rollback()
        return error.problem
    db.session.commit()
    return done


def refused(form: Any, verb: Callable[[], object]) -> int | None:
    """Call the verb and commit; return None, or the status of a refusal, which is shown beside the name."""
    problem = attempt(verb)
    if not isinstance(problem, ListProblem):
        return None
    form.name.errors = [str(LISTS[problem])]
    return 409 if problem in (ListProblem.STALE, ListProblem.GONE) else 422


def pressed_move() -> tuple[int, int]:
    """Return where the pressed button moves its row, -1 up or 1 down, and the place that it was drawn at.

    With the place, pressing twice moves once.
    """
    return -1 if request.form.get("to") == "up" else 1, request.form.get("shown", 0, int)

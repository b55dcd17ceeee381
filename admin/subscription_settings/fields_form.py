"""Forms for the definition of a custom field and for its category."""

from typing import Any, Self

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, SelectField, StringField, TextAreaField

from portal.models import CustomField, FieldCategory
from portal.subscriptions.rules.field_rules import (
    INTEGERS,
    LONGEST_ANSWER,
    LONGEST_NAME,
    LONGEST_OPTION,
    MOST_OPTIONS,
    Definition,
    FieldKind,
    FieldProblem,
)
from portal.web.fields import NumberField, SelectChoice, VersionField, tidied, tidied_lines

KINDS = {
    FieldKind.TEXT: _l("1行の文"),
    FieldKind.TEXTAREA: _l("何行もの文"),
    FieldKind.INTEGER: _l("整数"),
    FieldKind.EMAIL: _l("メールアドレス"),
    FieldKind.DATE: _l("日付"),
    FieldKind.SELECT: _l("一覧から1つ選ぶ"),
    FieldKind.SELECTS: _l("一覧からいくつでも選ぶ"),
    FieldKind.RADIO: _l("並んだ中から1つ選ぶ"),
    FieldKind.CHECKBOX: _l("印をつける"),
}
PROBLEMS = {
    FieldProblem.EMPTY: _l("空欄です。言葉を書いてください。"),
    FieldProblem.TOO_LONG: _l("長すぎます。%(most)s文字までにしてください。", most=LONGEST_NAME),
    FieldProblem.CHOICE: _l("この中から選んでください。"),
    FieldProblem.BACKWARDS: _l("範囲が逆です。小さい数字を先に書いてください。"),
    FieldProblem.NO_OPTIONS: _l("選択肢を1つ以上書いてください。"),
    FieldProblem.TOO_MANY: _l("選択肢は%(most)s個までです。", most=MOST_OPTIONS),
    FieldProblem.OPTION_TWICE: _l("同じ選択肢が2回あります。どちらかを消してください。"),
    FieldProblem.OPTION_TOO_LONG: _l("長すぎる選択肢があります。%(most)s文字までにしてください。", most=LONGEST_OPTION),
}
NUMBERS = {
    "longest": _l(
        "1からの数字で書いてください。1行の文は%(line)sまで、何行もの文は%(text)sまでです。",
        line=LONGEST_ANSWER[FieldKind.TEXT],
        text=LONGEST_ANSWER[FieldKind.TEXTAREA],
    ),
    "least": _l("%(least)sから%(most)sまでの数字で書いてください。", least=INTEGERS[0], most=INTEGERS[1]),
    "most": _l("%(least)sから%(most)sまでの数字で書いてください。", least=INTEGERS[0], most=INTEGERS[1]),
}


class CategoryForm(FlaskForm):
    version = VersionField()
    name = StringField(_l("まとまりの名前"), filters=[tidied])
    several = BooleanField(_l("1件の定期購入に、何度でも答えられる"))

    @classmethod
    def of(cls, category: FieldCategory) -> Self:
        return cls(formdata=None, obj=category)


class DefinitionForm(FlaskForm):
    version = VersionField()
    name = StringField(_l("項目の名前"), filters=[tidied])
    kind = SelectField(
        _l("回答方法"),
        choices=[SelectChoice(kind.value, words) for kind, words in KINDS.items()],
        validate_choice=False,
    )
    required = BooleanField(_l("お客さまは必ず答える"))
    longest = NumberField(_l("文字数の上限"))
    least = NumberField(_l("いちばん小さい数"))
    most = NumberField(_l("いちばん大きい数"))
    options = TextAreaField(_l("選択肢"), filters=[tidied_lines])

    @classmethod
    def of(cls, field: CustomField) -> Self:
        values: dict[str, Any] = {column: getattr(field, column) for column in ("version", "name", "kind", "required")}
        values |= {"longest": field.longest, "least": field.least, "most": field.most}
        return cls(formdata=None, data=values | {"options": "\n".join(field.options)})

    @property
    def wanted(self) -> Definition:
        lines = [tidied(line) for line in (self.options.data or "").splitlines()]
        return Definition(
            name=self.name.data or "",
            kind=self.kind.data or "",
            required=self.required.data,
            longest=self.longest.data,
            least=self.least.data,
            most=self.most.data,
            options=tuple(line for line in lines if line),
        ).tidy

    def refuse(self, attribute: str, problem: FieldProblem) -> None:
        words = NUMBERS[attribute] if problem is FieldProblem.NUMBER else PROBLEMS[problem]
        self.say(attribute, words)

    def say(self, attribute: str, sentence: Any) -> None:
        if not self[attribute].errors:
            self[attribute].errors = [str(sentence)]

"""Forms of the import pages."""

from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from wtforms import HiddenField, StringField
from wtforms.validators import DataRequired, Length, ValidationError

from portal.importing.runs.editing import Draft
from portal.importing.runs.uploads import Upload

OTHER_COLUMN = "otherwise"


class UploadForm(FlaskForm):
    file = FileField(_l("CSVファイル"), [FileRequired(_l("ファイルを選んでください。"))])
    items = FileField(_l("2つめのファイル（注文と商品が別々のときだけ）"))

    def uploads(self) -> list[Upload]:
        """Return the sent files as streams on the disk: nothing is read into memory."""
        return [Upload(sent.filename or "", sent.stream) for sent in (self.file.data, self.items.data) if sent]


class TrialForm(FlaskForm):
    trial = HiddenField(validators=[DataRequired()])

    @property
    def number(self) -> int:
        text = self.trial.data or ""
        return int(text) if text.isascii() and text.isdigit() else -1


class MappingForm(FlaskForm):
    """Name and version of a mapping; the table itself is read by `read_draft`."""

    name = StringField(
        _l("対応表の名前"),
        [DataRequired(_l("名前を入れてください。")), Length(max=40, message=_l("40文字までにしてください。"))],
        filters=[lambda text: text.strip() if text else text],
    )
    version = HiddenField()

    def validate_version(self, field: Any) -> None:
        if field.data and not (field.data.isascii() and field.data.isdigit()):
            raise ValidationError


def read_draft(draft: Draft, sent: Any) -> None:
    """Put what was sent (`request.form`) into the draft; leave out what a browser's form would not send."""
    for line in draft.lines:
        columns = [sent.get(f"{line.field}-{place}", "").strip() for place in range(line.most_columns)]
        line.columns = tuple(column for column in columns if column)
        line.otherwise = sent.get(f"{line.field}-{OTHER_COLUMN}", "").strip()
        line.clears = line.may_clear and f"{line.field}-clears" in sent
        if line.may_be_fixed:
            line.fixed = sent.get(f"{line.field}-fixed", "").strip()[:100]
    for name, meant in draft.words.items():
        for place, word in enumerate(list(meant)):
            meant[word] = sent.get(f"word-{name}-{place}", meant[word])

"""One choice of a form's field. The published types of WTForms do not know it yet: said here, and nowhere else."""

from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]

__all__ = ["SelectChoice"]

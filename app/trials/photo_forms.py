from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import FileStorage
from wtforms import MultipleFileField, RadioField, ValidationError

from app.core.errors import RuleBroken
from app.core.forms import DashboardForm
from app.core.labels import choices
from app.trials.photos import MOST_OF_A_KIND
from app.trials.pictures import Picture, develop
from app.trials.protocols import PhotoKind


class PhotosField(MultipleFileField):
    """Photos chosen in a browser. Once they have passed, `pictures` has them as they are kept."""

    def __init__(self, label: Any = None, validators: Any = (), **options: Any) -> None:
        told = _l(
            "JPEG, PNG eller WebP, högst åtta bilder och 12 MB var. Plats och annat som bilden bär med sig tas bort."
        )
        super().__init__(label, validators, description=told, **options)
        self.pictures: list[Picture] = []

    def pre_validate(self, form: Any) -> None:
        """Develop each, and say of each that is refused why."""
        files = [file for file in self.data or () if isinstance(file, FileStorage) and file.filename]
        if len(files) > MOST_OF_A_KIND:
            raise ValidationError(_l("Det får vara högst åtta bilder. Välj färre."))
        refusals = []
        for file in files:
            try:
                self.pictures.append(develop(file.read()))
            except RuleBroken as refusal:
                refusals.append(f"{file.filename}: {refusal}")
        if refusals:
            raise ValidationError(" ".join(refusals))

    def ask_again(self) -> None:
        """Say that what was chosen does not come back with the form: browsers keep no files."""
        if self.pictures and not self.errors:
            self.errors = [_("Välj bilderna igen. De följer inte med när något behöver rättas.")]


class PhotosForm(DashboardForm):
    """More photos of a loan."""

    kind = RadioField(_l("Vad visar de?"), choices=lambda: choices(PhotoKind), coerce=PhotoKind)
    photos = PhotosField(_l("Bilder"))

    def validate_photos(self, field: PhotosField) -> None:
        """At least one."""
        if not field.pictures:
            raise ValidationError(_l("Välj minst en bild."))

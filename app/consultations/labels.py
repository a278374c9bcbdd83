from flask_babel import lazy_gettext as _l

from app.consultations.kinds import Audience, NoticeUnit, Place
from app.consultations.models import ConsultationOutcome, ConsultationState
from app.core.labels import Labels

PLACE_ICONS = {
    Place.PHONE: "phone-call",
    Place.VIDEO: "video",
    Place.OURS: "home",
    Place.VISIT: "map-pin",
}
LABELS: Labels = {
    Place: {
        Place.PHONE: _l("Telefon"),
        Place.VIDEO: _l("Video"),
        Place.OURS: _l("Hos oss"),
        Place.VISIT: _l("Hembesök eller stallbesök"),
    },
    Audience: {
        Audience.PERSON: _l("För människor"),
        Audience.HORSE: _l("För hästar"),
        Audience.BOTH: _l("För människor och hästar"),
    },
    NoticeUnit: {
        NoticeUnit.HOURS: _l("timmar"),
        NoticeUnit.DAYS: _l("dagar"),
    },
    ConsultationState: {
        ConsultationState.REQUESTED: _l("Väntar på bekräftelse"),
        ConsultationState.BOOKED: _l("Bokad"),
        ConsultationState.HELD: _l("Genomförd"),
        ConsultationState.NO_SHOW: _l("Uteblev"),
        ConsultationState.COULD_NOT_COME: _l("Fick förhinder"),
        ConsultationState.CANCELLED: _l("Avbokad"),
    },
    ConsultationOutcome: {
        ConsultationOutcome.TO_TRIAL: _l("Vill prova"),
        ConsultationOutcome.THINKS: _l("Funderar"),
        ConsultationOutcome.NO: _l("Tackar nej"),
        ConsultationOutcome.NOT_SUITABLE: _l("Passar inte"),
    },
}

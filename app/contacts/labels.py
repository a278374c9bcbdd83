from flask_babel import lazy_gettext as _l

from app.contacts.models import ConsentPurpose, DuplicateReason, ReachBy, SubjectKind

LABELS = {
    ReachBy.ANY: _l("Spelar ingen roll"),
    ReachBy.EMAIL: _l("E-post"),
    ReachBy.PHONE: _l("Telefon"),
    ReachBy.SMS: _l("Sms"),
    SubjectKind.SELF: _l("Sig själv"),
    SubjectKind.RELATIVE: _l("En anhörig"),
    SubjectKind.HORSE: _l("En häst"),
    ConsentPurpose.ANSWER: _l("Spara uppgifter för att svara"),
    ConsentPurpose.TIPS: _l("Tips via e-post"),
    DuplicateReason.SHARED_ADDRESS: _l("Samma e-post eller telefon, men olika namn"),
    DuplicateReason.TWO_MATCHES: _l("E-posten hör till en kontakt och telefonen till en annan"),
}

from flask_babel import lazy_gettext as _l

from app.contacts.columns import ContactColumn
from app.contacts.listing import ContactSort
from app.contacts.models import ConsentPurpose, DuplicateReason, ReachBy, SubjectKind
from app.core.labels import Labels

LABELS: Labels = {
    ContactColumn: {
        ContactColumn.NAME: _l("Namn"),
        ContactColumn.PHONE: _l("Telefon"),
        ContactColumn.EMAIL: _l("E-post"),
        ContactColumn.SUBJECTS: _l("Gäller"),
        ContactColumn.LEADS_OPEN: _l("Öppna affärer"),
        ContactColumn.LAST_STAGE: _l("Senaste affärens steg"),
        ContactColumn.TAGS: _l("Taggar"),
        ContactColumn.TIPS: _l("Tips med e-post"),
        ContactColumn.LANGUAGE: _l("Språk"),
        ContactColumn.CREATED: _l("Kontakt sedan"),
        ContactColumn.ACTIVE: _l("Aktiv"),
    },
    ContactSort: {
        ContactSort.NAME: _l("Namn"),
        ContactSort.ACTIVE: _l("Senast aktiv"),
        ContactSort.CREATED: _l("Nyast"),
    },
    ReachBy: {
        ReachBy.ANY: _l("Spelar ingen roll"),
        ReachBy.EMAIL: _l("E-post"),
        ReachBy.PHONE: _l("Telefon"),
        ReachBy.SMS: _l("Sms"),
    },
    SubjectKind: {
        SubjectKind.SELF: _l("Sig själv"),
        SubjectKind.RELATIVE: _l("En anhörig"),
        SubjectKind.HORSE: _l("En häst"),
    },
    ConsentPurpose: {
        ConsentPurpose.ANSWER: _l("Spara uppgifter för att svara"),
        ConsentPurpose.TIPS: _l("Tips med e-post"),
        ConsentPurpose.CHECK_INS: _l("Spara avstämningar under en provperiod"),
    },
    DuplicateReason: {
        DuplicateReason.SHARED_ADDRESS: _l("Samma e-post eller telefon, men olika namn"),
        DuplicateReason.TWO_MATCHES: _l("E-posten hör till en kontakt och telefonen till en annan"),
        DuplicateReason.SAME_NUMBER: _l("Samma telefonnummer, skrivet på två sätt"),
        DuplicateReason.SAME_MAILBOX_NAME: _l("Liknande namn, och e-posten är lika fram till @"),
        DuplicateReason.SAME_NAME_AND_HORSE: _l("Samma namn, och en häst som heter likadant"),
    },
}

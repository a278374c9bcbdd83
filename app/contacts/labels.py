from flask_babel import lazy_gettext as _l

from app.contacts.columns import ContactColumn
from app.contacts.duplicates import Sign
from app.contacts.listing import ContactSort
from app.contacts.merge_facts import Fact
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
    Fact: {
        Fact.NAME: _l("Namn"),
        Fact.EMAIL: _l("E-post"),
        Fact.PHONE: _l("Telefon"),
        Fact.REACH_BY: _l("Vill helst nås"),
        Fact.LANGUAGE: _l("Språk i mejl"),
    },
    Sign: {
        Sign.SAME_ADDRESS: _l("Samma e-post"),
        Sign.SAME_NUMBER: _l("Samma telefonnummer"),
        Sign.SAME_NAME: _l("Samma namn"),
        Sign.LIKE_NAME: _l("Liknande namn"),
        Sign.SAME_HORSE: _l("Samma häst"),
        Sign.OTHER_NAME: _l("Olika namn"),
        Sign.OTHER_ADDRESS: _l("Olika e-post"),
        Sign.OTHER_NUMBER: _l("Olika telefonnummer"),
        Sign.OTHER_HORSE: _l("Olika hästar"),
    },
    DuplicateReason: {
        DuplicateReason.SHARED_ADDRESS: _l("Samma e-post eller telefon, men olika namn"),
        DuplicateReason.TWO_MATCHES: _l("E-posten hör till en kontakt och telefonen till en annan"),
        DuplicateReason.SAME_NUMBER: _l("Samma telefonnummer, skrivet på två sätt"),
        DuplicateReason.SAME_MAILBOX_NAME: _l("Liknande namn, och e-posten är lika fram till @"),
        DuplicateReason.SAME_NAME_AND_HORSE: _l("Samma namn, och en häst som heter likadant"),
    },
}

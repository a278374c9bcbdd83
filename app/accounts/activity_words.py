"""What the log's lines are called: deeds that have a name of their own, else "changed" and "looked at", and of what."""

from flask_babel import lazy_gettext as _l

DEEDS = {
    "accounts.sign_in": _l("Loggade in"),
    "accounts.link": _l("Kom in med en länk"),
    "accounts.add_user": _l("Bjöd in någon"),
    "accounts.make_link": _l("Skapade en länk för lösenord"),
    "accounts.change_role": _l("Ändrade roll"),
    "accounts.change_role_back": _l("Ändrade roll"),
    "accounts.change_password": _l("Bytte lösenord"),
    "accounts.shut_out": _l("Stängde av"),
    "accounts.let_in_again": _l("Släppte in igen"),
    "leads.leave": _l("Lämnade över allt"),
    "leads.take_hand_over_back": _l("Ångrade en överlämning"),
    "leads.hand_over": _l("Bytte ansvarig"),
    "leads.move": _l("Bytte steg"),
    "leads.write_note": _l("Antecknade"),
    "leads.take_up": _l("Tog upp igen"),
    "enquiries.answer": _l("Svarade"),
    "enquiries.close": _l("Stängde utan svar"),
    "enquiries.reopen": _l("Tog upp igen"),
    "enquiries.spam": _l("Flyttade till karantän"),
    "enquiries.let_out": _l("Släppte ur karantän"),
    "follow_ups.log_call": _l("Loggade ett samtal"),
    "follow_ups.plan": _l("Planerade nästa steg"),
    "contacts.erase": _l("Raderade"),
    "contacts.withdraw": _l("Tog tillbaka ett samtycke"),
    "contacts.give_tips": _l("Noterade ett samtycke"),
    "plans.start": _l("Startade en plan"),
    "plans.start_for_many": _l("Startade en plan för flera"),
    "lists.carry_out": _l("Ändrade många på en gång"),
    "lists.undo": _l("Ångrade en ändring av många"),
    "lists.file": _l("Exporterade en lista"),
    "plans.approve_draft": _l("Godkände ett utkast"),
    "trials.hand_over": _l("Lämnade ut en enhet"),
    "trials.take_back": _l("Tog emot en enhet"),
}
"""What a POST to an endpoint is called; what is not named here is a change."""

CHANGED = _l("Ändrade")
LOOKED_AT = _l("Tittade på")

NOUNS = {
    "lead": _l("Affär"),
    "contact": _l("Kontakt"),
    "enquiry": _l("Förfrågan"),
    "consultation": _l("Konsultation"),
    "trial": _l("Provperiod"),
    "message": _l("Meddelande"),
    "draft": _l("Utkast"),
    "follow_up": _l("Uppföljning"),
    "user": _l("Användare"),
    "article": _l("Artikel"),
    "plan": _l("Plan"),
    "run": _l("Pågående plan"),
    "template": _l("Mall"),
    "host": _l("Värd"),
    "kind": _l("Konsultationstyp"),
    "model": _l("Modell"),
    "duplicate": _l("Möjlig dubblett"),
    "merge": _l("Sammanslagning"),
    "change": _l("Ändring av många"),
}
"""What the rows are called whose keys are kept; of others the room is named alone."""

ROOMS = {
    "accounts": _l("Användare"),
    "articles": _l("Artiklar"),
    "consultations": _l("Kalender"),
    "contacts": _l("Kontakter"),
    "enquiries": _l("Förfrågningar"),
    "follow_ups": _l("Affärer"),
    "home": _l("Idag"),
    "leads": _l("Affärer"),
    "lists": _l("Listor"),
    "mail": _l("Utskick"),
    "plans": _l("Planer"),
    "reports": _l("Rapporter"),
    "settings": _l("Inställningar"),
    "trials": _l("Provperioder"),
}
"""The rooms of the house, as the menu names them."""

LISTS = {
    "contacts.duplicates": _l("Möjliga dubbletter"),
    "contacts.merges": _l("Sammanslagningar"),
}
"""Pages of several people that have a name of their own."""

PAGES = {
    "lead": ("leads.detail", "lead_id"),
    "contact": ("contacts.detail", "contact_id"),
    "consultation": ("consultations.detail", "consultation_id"),
    "trial": ("trials.detail", "trial_id"),
    "article": ("articles.detail", "article_id"),
    "plan": ("plans.detail", "plan_id"),
    "merge": ("contacts.merged", "merge_id"),
    "change": ("lists.change", "change_id"),
}
"""Where a row can be seen."""

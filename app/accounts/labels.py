from flask_babel import lazy_gettext as _l

from app.accounts.models import Role, TaskReminder
from app.core.labels import Labels

LABELS: Labels = {
    Role: {
        Role.OWNER: _l("Ägare"),
        Role.STAFF: _l("Medarbetare"),
        Role.READER: _l("Läsare"),
    },
    TaskReminder: {
        TaskReminder.NONE: _l("Aldrig"),
        TaskReminder.MORNING: _l("På morgonen kl. 07.00, alla i ett mejl"),
        TaskReminder.QUARTER: _l("15 minuter före, en i taget"),
        TaskReminder.HOUR: _l("1 timme före, en i taget"),
        TaskReminder.DAY: _l("1 dag före, en i taget"),
    },
}

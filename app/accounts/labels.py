from flask_babel import lazy_gettext as _l

from app.accounts.models import TaskReminder
from app.core.labels import Labels

LABELS: Labels = {
    TaskReminder: {
        TaskReminder.NONE: _l("Aldrig"),
        TaskReminder.MORNING: _l("På morgonen kl. 07.00, alla i ett mejl"),
        TaskReminder.QUARTER: _l("15 minuter före, en i taget"),
        TaskReminder.HOUR: _l("1 timme före, en i taget"),
        TaskReminder.DAY: _l("1 dag före, en i taget"),
    }
}

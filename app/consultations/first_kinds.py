"""The kinds of consultation that a new instance starts with, as a table: hidden until the owner has read them."""

from app.consultations.kind_queries import has_kinds
from app.consultations.kinds import Audience, NoticeUnit, Place
from app.consultations.offering import KindFacts, Question, add_kind

FIRST_KINDS = {
    "samtal-pa-telefon": KindFacts(
        "Samtal på telefon",
        "Talk by phone",
        Place.PHONE,
        about_sv=(
            "Vi ringer upp dig. Berätta vad du undrar, så går vi igenom om det kan passa dig eller din häst. Det "
            "kostar inget och du behöver inte bestämma dig."
        ),
        about_en=(
            "We call you. Tell us what you wonder about, and we go through whether it may suit you or your horse. "
            "It costs nothing, and you need not decide anything."
        ),
        length_minutes=30,
        step_minutes=30,
        buffer_after_minutes=10,
        notice=12,
        notice_unit=NoticeUnit.HOURS,
    ),
    "videosamtal": KindFacts(
        "Videosamtal",
        "Video talk",
        Place.VIDEO,
        about_sv=(
            "Vi ses på video, så att du får se hur det fungerar. Du får en länk i bekräftelsen och behöver inte "
            "installera något."
        ),
        about_en=(
            "We meet on video, so that you can see how it works. The link comes with the confirmation, and there is "
            "nothing to install."
        ),
        length_minutes=45,
        step_minutes=30,
        buffer_after_minutes=15,
        notice=24,
        notice_unit=NoticeUnit.HOURS,
    ),
    "besok-i-stallet": KindFacts(
        "Besök i stallet",
        "Visit to the stable",
        Place.VISIT,
        about_sv=(
            "Vi kommer till stallet och träffar dig och hästen. Ni får se och känna hur det fungerar i lugn och ro."
        ),
        about_en=(
            "We come to the stable and meet you and the horse. You get to see and feel how it works, in peace and "
            "quiet."
        ),
        audience=Audience.HORSE,
        length_minutes=60,
        step_minutes=30,
        notice=2,
        notice_unit=NoticeUnit.DAYS,
    ),
}
"""By their addresses."""
QUESTIONS = {"besok-i-stallet": [Question("Hur hittar vi till stallet?", "How do we find the stable?")]}
"""What they ask, by the same."""


def ensure_kinds() -> None:
    """Give an instance that has no kinds at all the house's own, hidden."""
    if has_kinds():
        return
    for slug, facts in FIRST_KINDS.items():
        add_kind(facts, QUESTIONS.get(slug, ()), slug=slug)

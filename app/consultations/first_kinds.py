"""The kinds of consultation that a new instance starts with, as a table: hidden until the owner has read them."""

from dataclasses import dataclass

from app.consultations.kinds import Audience, NoticeUnit, Place


@dataclass(frozen=True, slots=True)
class FirstKind:
    """One kind as it comes with the house; what is not said here is as in `KindFacts`. Questions in both languages."""

    slug: str
    name_sv: str
    name_en: str
    about_sv: str
    about_en: str
    place: Place
    audience: Audience
    length_minutes: int
    step_minutes: int
    buffer_after_minutes: int
    notice: int
    notice_unit: NoticeUnit
    questions: tuple[tuple[str, str], ...] = ()


FIRST_KINDS = (
    FirstKind(
        "samtal-pa-telefon",
        "Samtal på telefon",
        "Talk by phone",
        "Vi ringer upp dig. Berätta vad du undrar, så går vi igenom om det kan passa dig eller din häst. Det kostar "
        "inget och du behöver inte bestämma dig.",
        "We call you. Tell us what you wonder about, and we go through whether it may suit you or your horse. It costs "
        "nothing, and you need not decide anything.",
        Place.PHONE,
        Audience.BOTH,
        length_minutes=30,
        step_minutes=30,
        buffer_after_minutes=10,
        notice=12,
        notice_unit=NoticeUnit.HOURS,
    ),
    FirstKind(
        "videosamtal",
        "Videosamtal",
        "Video talk",
        "Vi ses på video, så att du får se hur det fungerar. Du får en länk i bekräftelsen och behöver inte installera "
        "något.",
        "We meet on video, so that you can see how it works. The link comes with the confirmation, and there is "
        "nothing to install.",
        Place.VIDEO,
        Audience.BOTH,
        length_minutes=45,
        step_minutes=30,
        buffer_after_minutes=15,
        notice=24,
        notice_unit=NoticeUnit.HOURS,
    ),
    FirstKind(
        "besok-i-stallet",
        "Besök i stallet",
        "Visit to the stable",
        "Vi kommer till stallet och träffar dig och hästen. Ni får se och känna hur det fungerar i lugn och ro.",
        "We come to the stable and meet you and the horse. You get to see and feel how it works, in peace and quiet.",
        Place.VISIT,
        Audience.HORSE,
        length_minutes=60,
        step_minutes=30,
        buffer_after_minutes=0,
        notice=2,
        notice_unit=NoticeUnit.DAYS,
        questions=(("Hur hittar vi till stallet?", "How do we find the stable?"),),
    ),
)

"""The agreement that a new instance starts with; the owner reads it, and changes what is to be changed."""

from datetime import datetime

from app.trials.agreement_texts import current_text, write_text

SWEDISH = """\
1. Lånet. Vi lånar ut en enhet med tillbehör till dig, de dagar som står ovanför avtalet. Den är vår hela tiden. Du
binder dig inte att köpa något, och du får lämna tillbaka den tidigare om du vill.

2. Ta väl hand om den. Använd den så som vi har visat och som bruksanvisningen säger, och bara till den som
provperioden gäller. Håll den ren och torr. Öppna den inte, och ändra inget i den.

3. Låna inte ut den vidare, och ta den inte utomlands utan att fråga oss först.

4. Hör av dig genast om den går sönder, slutar fungera eller försvinner. Sluta använda den om något känns fel.

5. Skador och förlust. Vanligt slitage kostar dig ingenting. Om enheten eller ett tillbehör skadas av vårdslöshet,
eller försvinner, ersätter du vad det kostar att laga eller ersätta det, dock högst det värde som står ovanför
avtalet.

6. Lämna tillbaka den senast sista dagen, med alla tillbehör. Vill du prova längre frågar du oss innan dess. Om ingen
annan väntar på den brukar det gå bra.

7. Deposition. Har du betalat en deposition får du tillbaka den när enheten är återlämnad och kontrollerad. Det som du
ska ersätta enligt punkt 5 dras av.

8. Ingen vård. Enheten ersätter inte vård, behandling eller medicin. Följ de råd som du har fått av läkare eller
veterinär, och fråga dem om du är osäker.

9. Dina uppgifter. Vi sparar ditt namn, hur vi når dig, var enheten är och vilka dagar du lånar den, för att veta var
den finns och få den tillbaka. Uppgifter om hälsa sparar vi bara med ditt samtycke, som du kan ta tillbaka.
"""
ENGLISH = """\
1. The loan. We lend you a unit with accessories, on the days stated above the agreement. It is ours all the time. You
do not commit yourself to buy anything, and you may give it back earlier if you like.

2. Take good care of it. Use it as we have shown and as the instructions say, and only for the one whom the trial is
about. Keep it clean and dry. Do not open it, and do not change anything in it.

3. Do not lend it to anybody else, and do not take it abroad without asking us first.

4. Get in touch at once if it breaks, stops working or goes missing. Stop using it if something feels wrong.

5. Damage and loss. Ordinary wear costs you nothing. If the unit or an accessory is damaged through carelessness, or
goes missing, you pay what it costs to repair or replace it, at most the value stated above the agreement.

6. Give it back on the last day at the latest, with all its accessories. If you want to try it longer, ask us before
then. If nobody else is waiting for it, that is usually fine.

7. Deposit. If you have paid a deposit you get it back when the unit has been returned and looked over. What you have
to pay under point 5 is deducted.

8. No care. The unit does not replace care, treatment or medicine. Follow the advice that you have been given by a
doctor or a vet, and ask them if you are unsure.

9. Your details. We keep your name, how we reach you, where the unit is and on which days you have it, in order to
know where it is and to get it back. We keep information about health only with your consent, which you can withdraw.
"""
"""A line break is no more than a space; an empty line parts paragraphs."""


def ensure_agreement(now: datetime) -> None:
    """Give an instance that has no agreement at all the house's own."""
    if current_text() is None:
        write_text(_flowing(SWEDISH), _flowing(ENGLISH), now)


def _flowing(text: str) -> str:
    return "\n\n".join(paragraph.strip().replace("\n", " ") for paragraph in text.split("\n\n"))

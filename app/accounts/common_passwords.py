"""Words that, with some digits or signs around them, are what guessing starts with: in Swedish, English, and here."""

_WORDS = """
    account admin administrador administrator administratoren alskade alskling andreas anna anvandare april
    asdfasdf asdfghjkl autumn baseball basketball batman blomma blommor changeit changeme charlie christmas
    computer daniel dashboard dator december default dragon emma februari football fotboll fredag freedom friday
    friskvard gast godmorgon godnatt goteborg guest halsa halsan hast hastar hasten hejhej hejhejhej hejsan
    hejsanhoppsan hemlighet hemligheten hemligt hockey hosten iloveu iloveyou inloggning internet jagalskardig
    januari jennifer jessica johanna jul julafton karin konto ledtrad ledtraden letmein letmeinplease logga
    loggain login losenord losenordet malmo mandag maria master mattias medicin michael midsommar mittlosenord
    monday monkey mypassword november oktober pask passw password passwort pokemon pony princess qazwsx
    qazwsxedc qwerty qwertyqwerty qwertyui qwertyuiop ridning root secret september shadow sommar sommaren
    sommarlov spiderman spring stall stallet starwars stockholm summer sunshine superman superuser svenska
    sverige sweden test tester testing testpassword testtest thomas topsecret trustno trustnol uppsala user
    valkommen valkommenhit valkommentill varen vinter vintern welcome welcomeback whatever winter zxcvbnm
"""

COMMON_WORDS = frozenset(_WORDS.split())

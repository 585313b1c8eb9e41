"""What a called person hears after pressing a digit, in both languages."""

from playbooks.format import Texts

VOICE_WORDS: dict[str, Texts] = {
    "voice_thanks": Texts(
        en="Thank you. The team knows that you are on it. Goodbye.",
        es="Gracias. El equipo sabe que te ocupas. Adiós.",
    ),
    "voice_coming": Texts(
        en="Thank you. The cabinet is waiting for you. Goodbye.", es="Gracias. El gabinete te espera. Adiós."
    ),
    "voice_declined": Texts(
        en="Noted: you are not coming. Your deputy is told now. Goodbye.",
        es="Anotado: no vienes. Se avisa a tu suplente. Adiós.",
    ),
    "voice_again": Texts(
        en="Press 1 to say that you have heard this and are on it.",
        es="Pulsa 1 para decir que lo has oído y te ocupas.",
    ),
    "voice_again_seat": Texts(
        en="Press 1 if you are coming to the crisis cabinet, or 2 if you cannot come.",
        es="Pulsa 1 si vienes al gabinete de crisis, o 2 si no puedes ir.",
    ),
    "voice_closed": Texts(
        en="This is over: the incident is closed. Thank you. Goodbye.",
        es="Esto ya ha terminado: el incidente está cerrado. Gracias. Adiós.",
    ),
}

"""What the pages say, in both languages."""

from app.desk_words import DESK_WORDS
from app.sign_off_words import SIGN_OFF_WORDS
from playbooks.format import Texts

WORDS: dict[str, Texts] = {
    "drill": Texts(en="DRILL / SIMULACRO", es="SIMULACRO / DRILL"),
    "drill_note": Texts(en="This is a rehearsal. Nothing has happened.", es="Esto es un ensayo. No ha pasado nada."),
    "notice": Texts(en="Notice", es="Aviso"),
    "cabinet": Texts(en="Crisis cabinet", es="Gabinete de crisis"),
    "subject": Texts(en="About", es="Asunto"),
    "level": Texts(en="Level", es="Nivel"),
    "your_role": Texts(en="Your role", es="Tu función"),
    "seen_ask": Texts(en="Have you seen it?", es="¿Lo has visto?"),
    "seen_why": Texts(
        en="One tap tells the team that somebody is on it. If nobody answers, your deputy is told.",
        es="Con un toque, el equipo sabe que alguien se ocupa. Si nadie contesta, se avisa a tu suplente.",
    ),
    "seen_button": Texts(en="I have seen it, I am on it", es="Lo he visto, me ocupo"),
    "contact_ask": Texts(en="Did this message reach you?", es="¿Te ha llegado este mensaje?"),
    "contact_why": Texts(
        en="Nothing has happened. We only want to know that this contact reaches you in a crisis.",
        es="No ha pasado nada. Solo queremos saber que este contacto te llega en una crisis.",
    ),
    "contact_button": Texts(en="Yes, it reaches me", es="Sí, me llega"),
    "contact_done": Texts(
        en="Noted: this contact reaches you. You can close this page.",
        es="Anotado: este contacto te llega. Puedes cerrar esta página.",
    ),
    "seat_ask": Texts(en="Are you coming?", es="¿Vienes?"),
    "seat_why": Texts(
        en="The crisis cabinet is convened, and you have a seat in it.",
        es="Se convoca el gabinete de crisis y tienes un puesto en él.",
    ),
    "seat_choose": Texts(en="Choose one of the answers below.", es="Elige una de las respuestas de abajo."),
    "seat_change": Texts(en="Change my answer", es="Cambiar mi respuesta"),
    "coming": Texts(en="I am coming", es="Voy"),
    "not_coming": Texts(en="I cannot come", es="No puedo ir"),
    "delegate_to": Texts(en="Send a deputy instead", es="Que vaya una persona suplente"),
    "delegate_button": Texts(en="Delegate", es="Delegar"),
    "thanks": Texts(en="Thank you", es="Gracias"),
    "seen_done": Texts(
        en="Noted at {time}. The team can see that you are on it. You can close this page.",
        es="Anotado a las {time}. El equipo ve que te ocupas. Puedes cerrar esta página.",
    ),
    "seen_before": Texts(en="Already acknowledged", es="Ya estaba confirmado"),
    "seen_before_note": Texts(
        en="You acknowledged this at {time}. There is nothing else to do here.",
        es="Lo confirmaste a las {time}. No hay nada más que hacer aquí.",
    ),
    "seat_accepted": Texts(en="You are coming. The cabinet is waiting for you.", es="Vienes. El gabinete te espera."),
    "seat_declined": Texts(en="You are not coming. It is noted.", es="No vienes. Queda anotado."),
    "seat_delegated": Texts(
        en="Your deputy takes your seat and is being told now.", es="Tu suplente ocupa tu puesto; le avisamos ahora."
    ),
    "seat_passed": Texts(
        en="Your seat in the cabinet has passed to a deputy. You can still say that you have seen this.",
        es="Tu puesto en el gabinete pasó a una persona suplente. Aún puedes decir que lo has visto.",
    ),
    "unknown_title": Texts(en="This link is not known", es="Este enlace no existe"),
    "unknown_text": Texts(
        en="Perhaps a character is missing. Open it again from the message, or reply 1 to the SMS.",
        es="Quizá falta algún carácter. Ábrelo otra vez desde el mensaje, o responde 1 al SMS.",
    ),
    "expired_title": Texts(en="This link has expired", es="Este enlace ha caducado"),
    "expired_text": Texts(
        en="Links are good for 14 days, and for 7 once the incident is closed. Open the newest message instead.",
        es="Los enlaces valen 14 días, y 7 desde que se cierra el incidente. Abre el mensaje más reciente.",
    ),
    "no_incident_title": Texts(en="There is no such incident", es="No existe ese incidente"),
    "no_incident_text": Texts(
        en="Open the link again from the newest message.", es="Abre otra vez el enlace del mensaje más reciente."
    ),
    "closed_title": Texts(en="{incident} is closed", es="{incident} está cerrado"),
    "closed_text": Texts(en="There is nothing left to do here.", es="No queda nada que hacer aquí."),
    "waiting_title": Texts(en="{incident}: one moment", es="{incident}: un momento"),
    "waiting_text": Texts(
        en="The page on which you decide is being prepared. It opens by itself in a few seconds.",
        es="Se está preparando la página en la que decides. Se abre sola en unos segundos.",
    ),
    "code_ask": Texts(en="Do you need a new code?", es="¿Necesitas otra clave?"),
    "code_why": Texts(
        en="It comes by SMS and e-mail, is good for 15 minutes, and the earlier one stops counting.",
        es="Llega por SMS y por correo, vale 15 minutos, y la anterior deja de valer.",
    ),
    "code_button": Texts(en="Send me a new code", es="Enviarme otra clave"),
    "code_sent_title": Texts(en="A new code is on its way", es="Otra clave está en camino"),
    "code_sent_text": Texts(
        en="It comes by SMS and e-mail and is good for 15 minutes. Use the newest one only.",
        es="Llega por SMS y por correo y vale 15 minutos. Usa solo la más reciente.",
    ),
    "code_often_title": Texts(en="Three codes are on their way already", es="Ya van tres claves"),
    "code_often_text": Texts(
        en="Use the newest one. You can ask for another from {time}.",
        es="Usa la más reciente. Podrás pedir otra a partir de las {time}.",
    ),
    "moved_on_title": Texts(en="{incident} has moved on", es="{incident} ya ha avanzado"),
    "moved_on_text": Texts(
        en="There is nothing left to decide with this code. If a decision is needed now, you have a newer message.",
        es="No queda nada que decidir con esta clave. Si ahora hay que decidir, tienes un mensaje más reciente.",
    ),
    "silent_title": Texts(en="Not just now", es="Ahora mismo no"),
    "silent_text": Texts(
        en="We could not look it up. Open the link again in a minute, or reply 1 to the SMS.",
        es="No hemos podido consultarlo. Abre el enlace otra vez en un minuto, o responde 1 al SMS.",
    ),
    **SIGN_OFF_WORDS,
    **DESK_WORDS,
}

"""What the sign-off page says, in both languages."""

from playbooks.format import Texts

SIGN_OFF_WORDS: dict[str, Texts] = {
    "sign_kicker": Texts(en="Words to sign off", es="Texto para firmar"),
    "sign_audience": Texts(en="For", es="Para"),
    "sign_channel": Texts(en="By", es="Por"),
    "sign_due": Texts(en="Sign before", es="Firma antes de"),
    "sign_hash": Texts(en="Text", es="Texto"),
    "sign_hash_full": Texts(en="Full fingerprint (SHA-256)", es="Huella completa (SHA-256)"),
    "sign_have": Texts(en="{have} of {needed} sign-offs", es="{have} de {needed} firmas"),
    "sign_at": Texts(en="signed {time}", es="firmado {time}"),
    "sign_not_yet": Texts(en="not yet", es="todavía no"),
    "sign_ask": Texts(en="Do you approve?", es="¿Lo apruebas?"),
    "sign_why": Texts(
        en="You sign exactly these words, in every language shown. Enough sign-offs publish them at once.",
        es="Firmas exactamente estas palabras, en todos los idiomas. Con las firmas necesarias salen en el acto.",
    ),
    "sign_code": Texts(en="Your one-time code, eight digits", es="Tu clave de un solo uso, ocho cifras"),
    "sign_button": Texts(en="I approve exactly these words", es="Apruebo exactamente estas palabras"),
    "sign_new_code": Texts(en="Ask for a new code", es="Pedir otra clave"),
    "sign_reason": Texts(en="What should change? (optional)", es="¿Qué hay que cambiar? (opcional)"),
    "sign_refuse": Texts(en="I do not approve", es="No lo apruebo"),
    "sign_changed": Texts(
        en="The words were changed meanwhile; read them again. Use the code of your newest message.",
        es="El texto ha cambiado mientras tanto; léelo otra vez. Usa la clave del mensaje más reciente.",
    ),
    "sign_choose": Texts(en="Choose one of the two answers below.", es="Elige una de las dos respuestas de abajo."),
    "sign_code_wrong": Texts(
        en="That code does not count here. Type the eight digits of the newest message about this text.",
        es="Esa clave no vale aquí. Escribe las ocho cifras del mensaje más reciente sobre este texto.",
    ),
    "sign_code_missing": Texts(
        en="Type the eight digits of your message about this text.",
        es="Escribe las ocho cifras de tu mensaje sobre este texto.",
    ),
    "sign_code_used": Texts(
        en="That code was used already. Ask for a new one.", es="Esa clave ya se ha usado. Pide otra."
    ),
    "sign_code_expired": Texts(en="That code has expired. Ask for a new one.", es="Esa clave ha caducado. Pide otra."),
    "sign_code_replaced": Texts(
        en="A newer code was sent. Type the eight digits of the newest message.",
        es="Hay una clave más nueva. Escribe las ocho cifras del mensaje más reciente.",
    ),
    "sign_code_locked": Texts(
        en="That code is locked after five errors. Ask for a new one.",
        es="Esa clave está bloqueada tras cinco errores. Pide otra.",
    ),
    "sign_signed": Texts(en="You have signed these words.", es="Has firmado este texto."),
    "sign_role_signed": Texts(
        en="Your role has signed these words already. A sign-off is still needed from another role.",
        es="Tu función ya ha firmado este texto. Hace falta la firma de otra función.",
    ),
    "sign_not_yours": Texts(
        en="You are not among those who sign these words just now.",
        es="Ahora mismo no estás entre quienes firman este texto.",
    ),
    "sign_published": Texts(
        en="They are published: they are leaving for {audience} now.",
        es="Publicado: está saliendo ahora para {audience}.",
    ),
    "sign_waits": Texts(
        en="They leave for {audience} as soon as the sign-offs are complete.",
        es="Saldrá para {audience} en cuanto estén todas las firmas.",
    ),
    "channel_sms": Texts(en="SMS", es="SMS"),
    "channel_email": Texts(en="e-mail", es="correo"),
    "language_es": Texts(en="Spanish", es="Español"),
    "language_en": Texts(en="English", es="Inglés"),
    "not_approved_title": Texts(en="You did not approve", es="No lo has aprobado"),
    "not_approved_text": Texts(
        en="It is noted in {incident}. Others may still sign these words; if they are edited, they come to you again.",
        es="Queda anotado en {incident}. Los demás aún pueden firmar este texto; si cambia, te llegará otra vez.",
    ),
    "published_title": Texts(en="These words are published", es="Este texto está publicado"),
    "published_text": Texts(
        en="They left for {audience} at {time}. There is nothing left to sign.",
        es="Salió para {audience} a las {time}. No queda nada que firmar.",
    ),
    "withdrawn_title": Texts(en="These words were withdrawn", es="Este texto se ha retirado"),
    "withdrawn_text": Texts(
        en="There is nothing left to sign here. If others take their place, you get a new message.",
        es="No queda nada que firmar aquí. Si otro ocupa su lugar, recibirás un mensaje nuevo.",
    ),
}

_REFUSALS = (
    ("That code was used", "sign_code_used"),
    ("That code expired", "sign_code_expired"),
    ("A newer code was sent", "sign_code_replaced"),
    ("That code is locked", "sign_code_locked"),
)


def refusal_key(reason: str) -> str:
    """The words for a reason why a code did not count (see incidents.codes).

    Every reason that would tell of another person's or another decision's code reads as wrong.
    """
    if not reason:
        return "sign_code_missing"
    return next((key for start, key in _REFUSALS if reason.startswith(start)), "sign_code_wrong")

"""What the pages of customer service say, in both languages."""

from playbooks.format import Texts

DESK_WORDS: dict[str, Texts] = {
    "desk": Texts(en="Customer service", es="Atención al cliente"),
    "desk_phase": Texts(en="Phase", es="Fase"),
    "desk_as_of": Texts(
        en="As of {time}. Open the link again for the newest.",
        es="A las {time}. Abre otra vez el enlace para lo último.",
    ),
    "desk_published": Texts(en="Published, signed off", es="Publicado, con visto bueno"),
    "desk_lines": Texts(en="What to say", es="Qué decir"),
    "desk_lines_why": Texts(
        en="These lines are approved; say them in your own voice.", es="Estas frases están aprobadas; dilas con tu voz."
    ),
    "desk_whoever": Texts(en="For whoever asks", es="Para quien pregunte"),
    "desk_not": Texts(en="What not to say", es="Qué no decir"),
    "desk_faq": Texts(en="Questions and answers", es="Preguntas frecuentes"),
    "desk_correct": Texts(en="Answers to correct: {count}", es="Respuestas por corregir: {count}"),
    "desk_correct_why": Texts(
        en="These customers were given a former answer. Tell them the one that holds now.",
        es="A estos clientes se les dio una respuesta anterior. Diles la que vale ahora.",
    ),
    "desk_given": Texts(en="Was told", es="Se le dijo"),
    "desk_now": Texts(en="Holds now", es="Vale ahora"),
    "desk_more": Texts(en="And {count} more.", es="Y {count} más."),
    "desk_closed": Texts(
        en="It is closed. The standard answers hold again.", es="Está cerrado. Vuelven a valer las respuestas tipo."
    ),
    "desk_empty": Texts(
        en="The playbook has no lines for this phase. The standard answers hold.",
        es="El playbook no tiene frases para esta fase. Valen las respuestas tipo.",
    ),
    "desk_waiting": Texts(en="Waiting for a first reply: {count}", es="Esperan la primera respuesta: {count}"),
    "desk_none": Texts(en="Nothing waits. Thank you.", es="No espera nada. Gracias."),
    "desk_number": Texts(en="Number", es="Número"),
    "desk_reason": Texts(en="Reason", es="Motivo"),
    "desk_channel": Texts(en="Channel", es="Canal"),
    "desk_urgency": Texts(en="Urgency", es="Urgencia"),
    "desk_waits": Texts(en="Waits", es="Espera"),
    "desk_overdue": Texts(en="overdue", es="fuera de plazo"),
}

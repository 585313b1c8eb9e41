"""The words of the timeline: one sentence per kind of line, and the vocabulary that fills it."""

from incidents.timeline import Kind
from playbooks.format import Texts

SENTENCES: dict[Kind, Texts] = {
    Kind.OPENED: Texts(
        en="{by} opened the incident about {subject} at level {level}, under “{playbook}” (version {version}).",
        es="{by} abrió el incidente sobre {subject} en nivel {level}, con «{playbook}» (versión {version}).",
    ),
    Kind.JOINED: Texts(
        en="Rule {rule} was crossed again at level {level}; it joined this incident.",
        es="La regla {rule} volvió a superarse en nivel {level}; se unió a este incidente.",
    ),
    Kind.CALMED: Texts(
        en="What rule {rule} watches is back to green.", es="Lo que vigila la regla {rule} ha vuelto a verde."
    ),
    Kind.ALARM_ANSWERED: Texts(
        en="{who} answered through {door} about the alarm of rule {rule} at level {level}: {answer}.",
        es="{who} respondió a través de {door} sobre la alarma de la regla {rule} en nivel {level}: {answer}.",
    ),
    Kind.ALARM_UNANSWERED: Texts(
        en="Nobody said in time whether the alarm of rule {rule} at level {level} is real (people asked: {people}); "
        "it opened by itself.",
        es="Nadie dijo a tiempo si la alarma de la regla {rule} en nivel {level} es real (personas preguntadas: "
        "{people}); se abrió sola.",
    ),
    Kind.LEVEL_CHANGED: Texts(
        en="The level went from {from} to {to}, by {by}.", es="El nivel pasó de {from} a {to}, por {by}."
    ),
    Kind.PHASE_ENTERED: Texts(
        en="The incident entered {phase} (entry {entry}).", es="El incidente entró en {phase} (entrada {entry})."
    ),
    Kind.RUN_STARTED: Texts(
        en="The run of {phase} started (generation {generation}).",
        es="Arrancó la ejecución de {phase} (generación {generation}).",
    ),
    Kind.RUN_REPLACED: Texts(
        en="The run of {phase} was replaced (generation {generation}): {reason}.",
        es="Se sustituyó la ejecución de {phase} (generación {generation}): {reason}.",
    ),
    Kind.DEGRADED: Texts(
        en="No run began in time; the supervisor sent “{step}” itself.",
        es="Ninguna ejecución empezó a tiempo; el supervisor lanzó «{step}» por su cuenta.",
    ),
    Kind.STEP_DONE: Texts(en="Step “{step}” was done: {count}.", es="Se hizo el paso «{step}»: {count}."),
    Kind.FLOW_DONE: Texts(
        en="{from_team} told {audience} which phase it is: {count}.",
        es="{from_team} informó a {audience} de la fase: {count}.",
    ),
    Kind.AUDIENCE_DUE: Texts(
        en="It is the turn of {from_team} to tell {audience}, in signed-off words only; {from_team} was told: {count}.",
        es="Le toca a {from_team} informar a {audience}, solo con palabras que tengan visto bueno; "
        "se avisó a {from_team}: {count}.",
    ),
    Kind.MESSAGE_SENT: Texts(
        en="“{template}” went to {who} by {channel}.", es="«{template}» salió hacia {who} por {channel}."
    ),
    Kind.MESSAGE_FAILED: Texts(
        en="Message {message} to {who} by {channel} failed: {reason}.",
        es="El mensaje {message} a {who} por {channel} falló: {reason}.",
    ),
    Kind.MESSAGE_IN_DOUBT: Texts(
        en="Nobody knows yet whether the provider took message {message} to {who} by {channel}.",
        es="Aún no se sabe si el proveedor aceptó el mensaje {message} a {who} por {channel}.",
    ),
    Kind.DOUBT_RESOLVED: Texts(
        en="The doubt about message {message} was settled: {how}.",
        es="La duda sobre el mensaje {message} se resolvió: {how}.",
    ),
    Kind.NOT_TOLD: Texts(
        en="{who} could not be told of “{step}” as planned: {reason}.",
        es="No se pudo avisar a {who} de «{step}» como estaba previsto: {reason}.",
    ),
    Kind.LANGUAGE_FALLBACK: Texts(
        en="{who} got “{template}” in {used}, because there is no text in {wanted}.",
        es="{who} recibió «{template}» en {used}, porque no hay texto en {wanted}.",
    ),
    Kind.ACKNOWLEDGED: Texts(en="{who} acknowledged “{step}” by {via}.", es="{who} confirmó «{step}» por {via}."),
    Kind.ESCALATED: Texts(
        en="{from_who} did not acknowledge “{step}” in time; {to_member} was told instead.",
        es="{from_who} no confirmó «{step}» a tiempo; se avisó en su lugar a {to_member}.",
    ),
    Kind.CHAIN_FIRED: Texts(
        en="“{step}” is still unanswered (rung {rung}{whose}); people told: {people}.",
        es="«{step}» sigue sin respuesta (peldaño {rung}{whose}); personas avisadas: {people}.",
    ),
    Kind.WAVE: Texts(
        en="Answers to “{step}” in time: {answers} of at least {enough}; wave {wave} was told (people: {people}).",
        es="Respuestas a «{step}» a tiempo: {answers} de al menos {enough}; se avisó a la oleada {wave} "
        "(personas: {people}).",
    ),
    Kind.SKIPPED: Texts(
        en="{who} is absent until {due}, so “{step}” went to the next one at once.",
        es="{who} no está hasta {due}; «{step}» pasó en el acto a la siguiente persona.",
    ),
    Kind.DEADLINE_SET: Texts(
        en="A deadline was set for “{step}” ({deadline_kind}{whose}): due {due}.",
        es="Se fijó un plazo para «{step}» ({deadline_kind}{whose}): vence {due}.",
    ),
    Kind.DEADLINE_MET: Texts(
        en="The deadline of “{step}” ({deadline_kind}{whose}) was met.",
        es="Se cumplió el plazo de «{step}» ({deadline_kind}{whose}).",
    ),
    Kind.DEADLINE_MISSED: Texts(
        en="The deadline of “{step}” ({deadline_kind}{whose}) was missed.",
        es="Se incumplió el plazo de «{step}» ({deadline_kind}{whose}).",
    ),
    Kind.DEADLINE_CANCELLED: Texts(
        en="The deadline of “{step}” ({deadline_kind}{whose}) was cancelled.",
        es="Se anuló el plazo de «{step}» ({deadline_kind}{whose}).",
    ),
    Kind.CABINET_ANSWERED: Texts(
        en="{who} answered the convocation of the cabinet: {answer}.",
        es="{who} respondió a la convocatoria del gabinete: {answer}.",
    ),
    Kind.QUORUM_REACHED: Texts(
        en="The crisis cabinet has a quorum: {present} present, {quorum} needed.",
        es="El gabinete de crisis tiene quórum: {present} presentes, {quorum} necesarios.",
    ),
    Kind.SCENARIO_RECORDED: Texts(
        en="{who} recorded the {scenario} scenario.", es="{who} registró el escenario {scenario}."
    ),
    Kind.TEXT_PROPOSED: Texts(
        en="Words for “{step}” were proposed for {audience} (text {hash}).",
        es="Se propuso un texto de «{step}» para {audience} (texto {hash}).",
    ),
    Kind.TEXT_VOIDED: Texts(
        en="Text {hash} of “{step}” was voided, with its sign-offs.",
        es="El texto {hash} de «{step}» quedó anulado, con sus firmas.",
    ),
    Kind.SIGNED_OFF: Texts(
        en="{who} signed off text {hash} of “{step}”.", es="{who} dio su visto bueno al texto {hash} de «{step}»."
    ),
    Kind.PUBLISHED: Texts(
        en="Text {hash} of “{step}” was published to {audience}: {count}.",
        es="Se publicó el texto {hash} de «{step}» para {audience}: {count}.",
    ),
    Kind.GATE_OPENED: Texts(
        en="The gate of {phase} opened and waits for a decision.",
        es="Se abrió la puerta de {phase}; espera una decisión.",
    ),
    Kind.CODE_SENT: Texts(
        en="A one-time code went to {who} ({purpose}).", es="Se envió un código de un solo uso a {who} ({purpose})."
    ),
    Kind.PROTOCOL_ADOPTED: Texts(
        en="From here on the incident goes by version {version} of the protocol.",
        es="Desde aquí el incidente sigue la versión {version} del protocolo.",
    ),
    Kind.CODE_LOCKED: Texts(
        en="The code of {who} ({purpose}) was locked after too many errors.",
        es="El código de {who} ({purpose}) se bloqueó por demasiados errores.",
    ),
    Kind.REFUSED: Texts(
        en="An answer through {door} did not count: {reason}.",
        es="Una respuesta a través de {door} no contó: {reason}.",
    ),
    Kind.NOT_APPROVED: Texts(
        en="{who} did not approve the words for “{step}” (text {hash}).",
        es="{who} no aprobó las palabras de «{step}» (texto {hash}).",
    ),
    Kind.DECIDED: Texts(
        en="{who} decided through {door}: {choice}, level {level}.",
        es="{who} decidió a través de {door}: {choice}, nivel {level}.",
    ),
    Kind.CLOSED: Texts(en="The incident was closed.", es="El incidente se cerró."),
    Kind.CONTACT_OPTED_OUT: Texts(
        en="A contact of {who} by {channel} is out of use: {reason}.",
        es="Un contacto de {who} por {channel} queda fuera de uso: {reason}.",
    ),
    Kind.CONTACT_OPTED_IN: Texts(
        en="A contact of {who} by {channel} is in use again: {reason}.",
        es="Un contacto de {who} por {channel} vuelve a usarse: {reason}.",
    ),
    Kind.INJECT: Texts(en="Inject {inject} of the drill arrived.", es="Llegó el estímulo {inject} del simulacro."),
}

NOBODY_LEFT = Texts(
    en="{from_who} did not acknowledge “{step}” in time, and nobody is left to tell.",
    es="{from_who} no confirmó «{step}» a tiempo y no queda nadie a quien avisar.",
)
TOLD_ALREADY = Texts(
    en="{audience} had been told already; {from_team} told nobody twice.",
    es="El equipo {audience} ya estaba informado; {from_team} no avisó a nadie dos veces.",
)
NOBODY_TO_TELL = Texts(
    en="{from_team} was to tell {audience}, but there was nobody to tell.",
    es="{from_team} debía informar a {audience}, pero no había a quién avisar.",
)
DELEGATED = Texts(
    en="{who} sends {delegate} to the crisis cabinet instead.",
    es="{who} delega en {delegate} su puesto en el gabinete de crisis.",
)

FORMER_MEMBER = Texts(en="a former member", es="una persona que ya no consta")
NOT_PEOPLE: dict[str, Texts] = {
    "rule": Texts(en="rule “{}”", es="la regla «{}»"),
    "drill": Texts(en="the drill “{}”", es="el simulacro «{}»"),
}
NOT_SAID = Texts(en="not said", es="sin indicar")
MESSAGES = Texts(en="messages", es="mensajes")
MESSAGE = Texts(en="message", es="mensaje")

CHOICES: dict[str, Texts] = {
    "crisis": Texts(en="move to crisis", es="pasar a crisis"),
    "post_crisis": Texts(en="move to post-crisis", es="pasar a poscrisis"),
    "closed": Texts(en="close the incident", es="cerrar el incidente"),
    "hold": Texts(en="hold", es="esperar"),
}

WORDS: dict[str, Texts] = {
    "sms": Texts(en="SMS", es="SMS"),
    "email": Texts(en="e-mail", es="correo"),
    "voice": Texts(en="telephone call", es="llamada"),
    "chat": Texts(en="chat", es="chat"),
    "link": Texts(en="one-tap link", es="enlace de un toque"),
    "cli": Texts(en="the command line", es="la línea de órdenes"),
    "command": Texts(en="a person at the server", es="una persona en el servidor"),
    "sign-off": Texts(en="sign-off", es="visto bueno"),
    "web": Texts(en="the web page", es="la página web"),
    "prefect": Texts(en="Prefect", es="Prefect"),
    "green": Texts(en="green", es="verde"),
    "yellow": Texts(en="yellow", es="amarillo"),
    "orange": Texts(en="orange", es="naranja"),
    "red": Texts(en="red", es="rojo"),
    "pre_crisis": Texts(en="pre-crisis", es="precrisis"),
    "crisis": Texts(en="crisis", es="crisis"),
    "post_crisis": Texts(en="post-crisis", es="poscrisis"),
    "closed": Texts(en="closed", es="cierre"),
    "real": Texts(en="it is real", es="es real"),
    "false_alarm": Texts(en="a false alarm", es="falsa alarma"),
    "waiting": Texts(en="no answer", es="sin respuesta"),
    "coming": Texts(en="coming", es="acude"),
    "accepted": Texts(en="coming", es="acude"),
    "late": Texts(en="coming late", es="acude con retraso"),
    "declined": Texts(en="not coming", es="no acude"),
    "delegated": Texts(en="delegated", es="delega"),
    "delegate": Texts(en="delegated", es="delega"),
    "best": Texts(en="best", es="mejor"),
    "likely": Texts(en="likely", es="probable"),
    "worst": Texts(en="worst", es="peor"),
    "acknowledge": Texts(en="acknowledgement", es="confirmación"),
    "quorum": Texts(en="quorum", es="quórum"),
    "publish": Texts(en="sign-off and publication", es="visto bueno y publicación"),
    "record": Texts(en="scenarios", es="escenarios"),
    "clock": Texts(en="clock set by a rule", es="plazo fijado por una norma"),
    "step": Texts(en="later step", es="paso posterior"),
    "escalate": Texts(en="escalation", es="escalada"),
    "wave": Texts(en="wave", es="oleada"),
    "remind": Texts(en="reminder", es="recordatorio"),
    "gate": Texts(en="decision at the gate", es="decisión en la puerta"),
    "a receipt came": Texts(en="a receipt came", es="llegó el acuse del proveedor"),
    "the provider has it": Texts(en="the provider has it", es="el proveedor lo tiene"),
    "the provider does not have it; sent again": Texts(
        en="the provider does not have it; it was sent again", es="el proveedor no lo tiene; se volvió a enviar"
    ),
    "the provider could not be asked; given up": Texts(
        en="the provider could not be asked; it was given up", es="no se pudo preguntar al proveedor; se desistió"
    ),
    "the provider could not be asked; sent again": Texts(
        en="the provider could not be asked; it was sent again",
        es="no se pudo preguntar al proveedor; se volvió a enviar",
    ),
    "no sms contact": Texts(en="no SMS number", es="sin número para SMS"),
    "no email contact": Texts(en="no e-mail address", es="sin dirección de correo"),
    "no sms or email contact": Texts(en="no SMS number or e-mail address", es="sin número para SMS ni correo"),
    "no email or sms contact": Texts(en="no e-mail address or SMS number", es="sin correo ni número para SMS"),
    "no voice contact": Texts(en="no number for calls", es="sin número para llamadas"),
    "no sms or voice contact": Texts(en="no number for SMS or calls", es="sin número para SMS ni llamadas"),
    "no voice or sms contact": Texts(en="no number for calls or SMS", es="sin número para llamadas ni SMS"),
    "no chat contact": Texts(en="no chat address", es="sin dirección de chat"),
    "fell back to voice": Texts(en="fell back to a call", es="se usó una llamada"),
    "fell back to chat": Texts(en="fell back to chat", es="se usó el chat"),
    "fell back to email": Texts(en="fell back to e-mail", es="se usó el correo"),
    "fell back to sms": Texts(en="fell back to SMS", es="se usó SMS"),
    "nobody of this role is there": Texts(
        en="nobody of this role is there", es="no hay nadie disponible en esa función"
    ),
    "an error kept it back": Texts(en="an error kept it back", es="un error lo impidió"),
    "whoever tells is outside the company": Texts(
        en="whoever tells is outside the company", es="quien informa es de fuera de la empresa"
    ),
    "run was missing": Texts(en="Prefect did not know it", es="Prefect no la conocía"),
    "run was running": Texts(en="it had fallen silent", es="había dejado de dar señales"),
    "run was lost_gate": Texts(en="its gate had lost its form", es="su puerta había perdido el formulario"),
    "run was ended": Texts(en="it had ended too early", es="había terminado antes de tiempo"),
    "said stop in a text": Texts(en="said stop in a text", es="lo pidió con un mensaje"),
    "said start in a text": Texts(en="said start in a text", es="lo pidió con un mensaje"),
    "the provider says so": Texts(en="the provider says so", es="lo dice el proveedor"),
    "has a part in the crisis cabinet, so another way is needed": Texts(
        en="has a part in the crisis cabinet, so another way is needed",
        es="tiene un puesto en el gabinete de crisis, así que hace falta otra vía",
    ),
    "not told": Texts(en="not told", es="sin avisar"),
    "es": Texts(en="Spanish", es="español"),
    "en": Texts(en="English", es="inglés"),
    "monitoring": Texts(en="Monitoring", es="Monitorización"),
}

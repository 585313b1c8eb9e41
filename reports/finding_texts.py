"""The words of what follows from the records: strengths, observations and the actions that answer them."""

from playbooks.format import Texts

STRENGTHS: dict[str, Texts] = {
    "clock": Texts(en="{clock} in time: {actual}.", es="{clock} a tiempo: {actual}."),
    "deadlines": Texts(
        en="No deadline was missed ({count} met).", es="No se incumplió ningún plazo ({count} cumplidos)."
    ),
    "channel": Texts(
        en="Every message by {channel} was delivered ({count}).",
        es="Se entregaron todos los mensajes por {channel} ({count}).",
    ),
    "deputies": Texts(
        en="Whenever somebody did not answer, somebody else was told ({count}).",
        es="Siempre que alguien no respondió, se avisó a otra persona ({count}).",
    ),
}

AREAS: dict[str, Texts] = {
    "clock_late": Texts(
        en="{clock} came {late} after its target of {target}.", es="{clock}: {late} después de su objetivo de {target}."
    ),
    "clock_never": Texts(
        en="{clock} never came; its target was {target}.", es="{clock}: no llegó nunca; su objetivo era {target}."
    ),
    "deadline_late": Texts(
        en="The deadline of “{step}” ({kind}{whose}) was missed by {late}.",
        es="El plazo de «{step}» ({kind}{whose}) se incumplió por {late}.",
    ),
    "deadline_never": Texts(
        en="The deadline of “{step}” ({kind}{whose}) was missed, and no answer came later.",
        es="El plazo de «{step}» ({kind}{whose}) se incumplió y después no llegó respuesta.",
    ),
    "nobody_left": Texts(
        en="Nobody was left to tell of “{step}” for the role {role}.",
        es="No quedó nadie a quien avisar de «{step}» en la función {role}.",
    ),
    "seat_empty": Texts(
        en="{who} ({role}) never answered the convocation of the cabinet.",
        es="{who} ({role}) no respondió a la convocatoria del gabinete.",
    ),
    "unreachable": Texts(en="No message reached {who}.", es="Ningún mensaje llegó a {who}."),
    "failed": Texts(
        en="Messages by {channel} that failed: {count}.", es="Mensajes por {channel} que fallaron: {count}."
    ),
    "doubt": Texts(
        en="Messages by {channel} that nobody knows to have arrived: {count}.",
        es="Mensajes por {channel} que no se sabe si llegaron: {count}.",
    ),
    "sign_off": Texts(
        en="{who} took {took} to sign off “{step}” (target 10 min).",
        es="{who} tardó {took} en dar su visto bueno a «{step}» (objetivo 10 min).",
    ),
    "language": Texts(
        en="“{template}” had no text in {wanted}; {used} was used.",
        es="«{template}» no tenía texto en {wanted}; se usó {used}.",
    ),
    "degraded": Texts(
        en="The orchestrator did not start a run in time; the supervisor stepped in.",
        es="El orquestador no arrancó a tiempo; intervino el supervisor.",
    ),
    "code_locked": Texts(
        en="A one-time code was locked by too many errors.",
        es="Un código de un solo uso se bloqueó por demasiados errores.",
    ),
}

ACTIONS: dict[str, Texts] = {
    "clock_first_acknowledgement": Texts(
        en="Review who is told first, and by which channel, at that hour.",
        es="Revisar a quién se avisa primero, y por qué canal, a esa hora.",
    ),
    "clock_quorum": Texts(
        en="Review the deputies of the cabinet roles and the quorum asked for.",
        es="Revisar los suplentes de las funciones del gabinete y el quórum exigido.",
    ),
    "clock_statement": Texts(
        en="Prepare the holding statement in advance and review the deputies of its signers.",
        es="Preparar de antemano el primer comunicado y revisar los suplentes de quienes lo firman.",
    ),
    "clock_employees": Texts(
        en="Tell employees earlier in the playbook, or with the holding statement.",
        es="Adelantar en el playbook el aviso a la plantilla, o enviarlo con el primer comunicado.",
    ),
    "deadline_role": Texts(
        en="Review the deputies and on-call hours of the role {role}.",
        es="Revisar los suplentes y las guardias de la función {role}.",
    ),
    "deadline": Texts(
        en="Review whether the time allowed for “{step}” is right, and who owns it.",
        es="Revisar si el tiempo previsto para «{step}» es el adecuado y quién responde de él.",
    ),
    "nobody_left": Texts(
        en="Name one more deputy for the role {role}.", es="Nombrar otro suplente para la función {role}."
    ),
    "seat_empty": Texts(
        en="Name a deputy who can sit for the role {role}.", es="Nombrar un suplente para el puesto de {role}."
    ),
    "unreachable": Texts(en="Check every contact of {who}.", es="Comprobar todos los contactos de {who}."),
    "failed": Texts(
        en="Correct the contacts whose messages by {channel} failed.",
        es="Corregir los contactos cuyos mensajes por {channel} fallaron.",
    ),
    "doubt": Texts(
        en="Ask the {channel} provider what became of these messages.",
        es="Preguntar al proveedor de {channel} qué fue de esos mensajes.",
    ),
    "sign_off": Texts(
        en="Agree with {role} on words approved in advance, or on a deputy who signs.",
        es="Acordar con {role} textos aprobados de antemano, o un suplente que firme.",
    ),
    "not_told": Texts(en="Complete the contacts of {who}.", es="Completar los contactos de {who}."),
    "language": Texts(en="Write “{template}” in {wanted}.", es="Redactar «{template}» en {wanted}."),
    "degraded": Texts(
        en="Find out why the orchestrator did not start the run, and test its alarm.",
        es="Averiguar por qué el orquestador no arrancó y probar su alarma.",
    ),
    "code_locked": Texts(
        en="Practise the one-time code with the deciders in the next drill.",
        es="Practicar el código de un solo uso con quienes deciden en el próximo simulacro.",
    ),
}

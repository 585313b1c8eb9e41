"""What can be found about a rule, in both languages."""

from protocol.workbook.columns import Words, said

WHERE = Words("regla", "rule")
"""What stands before the key of the rule that a finding is about."""

RULE_FINDINGS: dict[str, tuple[Words, Words]] = {
    "playbook": said(
        "no hay ningún playbook «{item}»: al abrirse un incidente se perderían las lecturas.",
        "Cárguelo con `crisis load`, o use uno de: {choices}.",
        'there is no playbook "{item}", so its readings would be refused when it has to open an incident.',
        "Load it with `crisis load`, or use one of: {choices}.",
    ),
    "subject": said(
        "no hay ningún asunto «{item}»: al abrirse un incidente se perderían las lecturas.",
        "Añádalo al protocolo, o use uno de: {choices}.",
        'there is no subject "{item}", so its readings would be refused when it has to open an incident.',
        "Add it to the protocol, or use one of: {choices}.",
    ),
    "never": said(
        "nadie envía «{item}»: esa serie no ha tenido ninguna lectura.",
        "Envíe sus lecturas a /readings, o corrija el nombre de la serie.",
        'nobody sends "{item}": that series never had a reading.',
        "Post its readings to /readings, or correct the name of the series.",
    ),
    "never_counted": said(
        "«{item}» todavía no ha contado nada.",
        "Envíe lo que cuenta a {door}, o sus recuentos a /readings, o corrija el nombre de la serie.",
        '"{item}" has counted nothing yet.',
        "Post what it counts to {door}, or its counts to /readings, or correct the name of the series.",
    ),
    "no_inquiry": said(
        "todavía no ha entrado ninguna consulta de las que cuenta «{item}».",
        "Nada que hacer si atención al cliente ya las registra con `crisis inquiry` o en /inquiries.",
        'no inquiry that "{item}" counts has been taken in yet.',
        "Nothing to do if customer service takes them in with `crisis inquiry` or by /inquiries.",
    ),
    "no_reason": said(
        "«{item}» no contará nunca nada: el protocolo no tiene ni motivo ni canal de consultas con ese nombre.",
        "Use «inquiries», o «inquiries.» con uno de: {choices}.",
        '"{item}" will never count anything: the protocol has no reason and no channel of inquiries of that name.',
        'Use "inquiries", or "inquiries." with one of: {choices}.',
    ),
    "silent": said(
        "«{item}» no tiene lecturas desde el {since} UTC.",
        "Mire si su fuente sigue enviando, o quite la regla con `crisis rules remove {rule}`.",
        '"{item}" has had no reading since {since} UTC.',
        "See whether its source still sends, or take the rule out with `crisis rules remove {rule}`.",
    ),
    "twice": said(
        "vigila lo mismo y de la misma manera que «{item}», así que todo se dirá dos veces.",
        "Quite una de las dos con `crisis rules remove`.",
        'it watches the same in the same way as "{item}", so that everything is told twice.',
        "Remove one of them with `crisis rules remove`.",
    ),
    "level": said(
        "su nivel {level} no hace nada más que el anterior: ningún paso de «{item}» espera a ese nivel.",
        "Dé a un paso de ese playbook `level: {value}`, o quite el nivel de la regla.",
        'its {level} does nothing more than the level below: no step of "{item}" waits for it.',
        "Give a step of that playbook `level: {value}`, or take the level out of the rule.",
    ),
    "minimum": said(
        "su mínimo de {item} es tan bajo que unas pocas, por azar, bastan para que salte.",
        "Suba `minimum` al menos a {least}.",
        "its minimum of {item} is so low that a few by chance are enough for an alarm.",
        "Raise `minimum` to at least {least}.",
    ),
    "absence": said(
        "abre incidentes, y nadie avisa si «{item}» deja de llegar.",
        "Añada una regla de tipo `absence` sobre esa serie.",
        'it opens incidents, and nobody is told when "{item}" stops coming.',
        "Add a rule of kind `absence` about that series.",
    ),
    "nobody": said(
        "pregunta a la guardia («{item}»), y no hay nadie {gaps}.",
        "Dé gente o turnos a «{item}», o use `signal` u `open` en lugar de `ask`.",
        'it asks the duty officer ("{item}"), and nobody is there {gaps}.',
        'Give "{item}" people or turns, or use `signal` or `open` instead of `ask`.',
    ),
    "no_duty": said(
        "pregunta a la guardia, y el protocolo no tiene ni rol ni equipo «{item}».",
        "Añádalo al protocolo, o use `signal` u `open` en lugar de `ask`.",
        'it asks the duty officer, and the protocol has no role or team "{item}".',
        "Add it to the protocol, or use `signal` or `open` instead of `ask`.",
    ),
    "sustained": said(
        "un nivel tiene que durar {sustained}, más de lo que vale un aviso ({hold}).",
        "Acorte `sustained` o alargue `hold`.",
        "a level must stand for {sustained}, longer than one alarm speaks for ({hold}).",
        "Shorten `sustained`, or lengthen `hold`.",
    ),
    "never_meet": said(
        "sus señales no pueden coincidir nunca: hacen falta {need} y solo {able} tienen lecturas.",
        "Envíe las lecturas de {item}, o pida menos señales con `need`.",
        "its signals can never meet: {need} are needed, and only {able} have readings.",
        "Send the readings of {item}, or ask for fewer signals with `need`.",
    ),
    "unreachable": said(
        "no puede llegar a {level}: hacen falta {need} señales y solo {able} tienen ese nivel.",
        "Dé ese nivel a más señales, o quite lo que la regla hace con él.",
        "it can never reach {level}: {need} signals are needed, and only {able} have that level.",
        "Give more signals that level, or take out what the rule does at it.",
    ),
    "same_signal": said(
        "dos de sus señales son la misma, así que una cuenta por dos.",
        "Cambie o quite una de ellas.",
        "two of its signals are the same, so that one counts as two.",
        "Change or remove one of them.",
    ),
}
"""By code: what is wrong, and what to do. A sentence names the rule by where it stands."""

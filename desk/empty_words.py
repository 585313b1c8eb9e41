"""Words that say nothing about what a customer wants: articles, prepositions, greetings, wishes."""

from protocol.words import Language

_SPANISH = """
a al algo algun alguna alguno ante antes aqui asi aun aunque ayer bien buena buenas bueno buenos cada como con contra
cosa cual cuales cuando cuanta cuantas cuanto cuantos dar de debe debo decir del dentro desde despues dia dias dice
dicen dicho donde dos e el ella ellas ellos en entonces entre era eran es esa esas ese eso esos esta estaba estado
estan estar estas este esto estos estoy favor fue fueron gracias gustaria ha haber habia hace hacer hacia han has
hasta hay haya he hemos hola hoy la las le les lo los mas me mi mis mucha mucho muchos muy nada ni no noches nos
nosotros o os otra otro otros para parte pero poco por porque pude puede pueden puedo pues que querer queria quien
quiero quisiera saber se sea segun ser si sido sin sobre solo son soy su sus tal tambien tanto tardes te tener tengo
tenia ti tiene tienen toda todas todavia todo todos tras tu tus un una unas uno unos usted ustedes va vamos van vez
vosotros voy y ya yo
"""
_ENGLISH = """
a about after again all also am an and any anything are as at be because been before being but by can cannot could day
days dear did do does doing done each even for from get give given go going good got had has have having he hello help
her here hers hi him his how i if in into is it its just know let like me more morning most much my need no nor not
now of off on once one only or other our out over own please said same say says she should so some still such than
thank thanks that the their them then there these they this those to today too until up us very want wanted was we
were what when where which while who whom why will wish with would yes yesterday yet you your yours
"""
WORDS_OF = {Language.ES: frozenset(_SPANISH.split()), Language.EN: frozenset(_ENGLISH.split())}
"""By language, folded. They also tell in which language somebody writes."""

EMPTY_WORDS = frozenset.union(*WORDS_OF.values())

"""The names of the deployments, for those who start them without knowing Prefect."""

from incidents.phases import Phase

PHASE_DEPLOYMENTS = {
    Phase.PRE_CRISIS: "pre-crisis/pre-crisis",
    Phase.CRISIS: "crisis/crisis",
    Phase.POST_CRISIS: "post-crisis/post-crisis",
}
FOLLOW_UP = "follow-up/follow-up"
OPEN_INCIDENT = "open-incident/open-incident"
START_DRILL = "start-drill/start-drill"
HEED_SIGNAL = "heed-signal/heed-signal"

"""The words by which rules for people know where a name begins and where none does.

In: nothing. Out: sets of lower-case words, written for dispatch text. It decides nothing; what
stands around a word is weighed in ``people``.
"""

from __future__ import annotations

from pipeline.redact.vocabulary import word_set

__all__ = [
    "COLON_ONLY",
    "FELL",
    "FILLERS",
    "KEYED",
    "KEYS",
    "LOOSE",
    "NOT_NAMES",
    "NO_NAME",
    "PARTICLES",
    "QUOTES",
    "RANKS",
    "ROLES",
    "STAFF_LOOSE",
    "TITLES",
]

ROLES = word_set(
    "rp comp compl complainant caller callers clr cl name named namd names nam susp suspect"
    " suspects vict vic victim victims subj subject wit witness witnesses owner owners keyholder"
    " keyhldr kh contact patient pt pts husband wife hubby h/w mother mom mother's father dad son"
    " daughter dau dtr brother bro sister sis grandma grandmother grandson granddaughter niece"
    " nephew aunt uncle cousin bf gf boyfriend girlfriend ex roommate neighbor neighbour landlord"
    " ll tenant renter aka attn driver drv pax passenger petitioner pet respondent resp resident"
    " homeowner manager mgr clerk subscriber sub customer cust deceased decedent host student"
    " stdnt spouse partner fiance stepdad stepmom stepson guardian poa conservator employee"
    " coworker friend ro r/o protected nick alias goes monikers moniker defendant plaintiff"
    " parolee inmate juv reporting party twins kids parents family babysitter sitter cousin's ask"
    " speak landlady bartender offender sexton super teller client petr from with per by against"
    " arrested meet called is was called met saw told says advised baby infant child boy girl"
    " male female"
)
ROLES |= word_set(
    "husb grandfather grandpa esposo esposa hija hijo hermano hermana madre padre custodian"
    " hiker intern chef abuser walker minors actual wife's husband's pm sec daycare stepfather"
)
# Words that announce a name only with a colon or an equals sign behind them.
COLON_ONLY = word_set("last first mid middle occ nm fn ln drv red yellow green person kid")
KEYED = frozenset(
    f"{role}{number}"
    for role in ("contact", "susp", "kh", "vic", "wit", "drv")
    for number in "1234"
)
# Behind these a name must be unknown and begin with a capital, for they are said of much else.
LOOSE = word_set(
    "from with per by against arrested meet is was called met saw told says advised child boy"
    " girl male female party goes family kids parents reporting super super's baby infant cl"
)
TITLES = word_set("mr mrs ms mx miss rev pastor fr sr mstr mrs. messrs judge")
RANKS = word_set(
    "ofc ofcr ofr officer off dep deputy dpty sgt sergeant lt lieut lieutenant cpl corporal capt"
    " captain chief det detective inv investigator trooper tpr trp agent agt ranger marshal"
    " sheriff constable dispatcher disp operator opr oper op oprtr tco calltaker ct nurse nurs rn"
    " lpn cna emt paramedic dr doctor doc advocate cso ems pa np rph pharmacist medic midwife ff"
    " firefighter interpreter principal teacher caseworker counselor csw wkr worker ptl patrolman"
    " po aco sro me coroner supervisor supv cmdr commander adv analyst tech guard chaplain lpo"
    " magistrate"
)
STAFF_LOOSE = word_set("off op me ct adv po ems pa guard tech worker chief medic supervisor disp")
# Between a trigger and its name.
FILLERS = word_set("is was name named the of last first called a are as says to for")
PARTICLES = word_set(
    "de la del los las von van der den da di du dos el al bin ibn abu st mac mc le ten ter y e"
    " jr sr ii iii ni nic o' dela af av zu"
)
QUOTES = "\"'\u201c\u201d\u2018\u2019"
NOT_NAMES = word_set("unk unknown none anon anonymous refused same self na no yes male female")
# Words the vocabulary lacks and no name is.
NO_NAME = word_set(
    "nbr badge oln dl ssn xst tiguan caller sgt owner fi ig co all bf gf habla drv forgot"
    " skimming glass smart will en rt sts tpo wma os rpts abt stu mgr btw born phoned said might"
    " par sx son dtr gray black white long rev mrs mr ms tco hcso grp mp fr adm format pri fla"
    " oregon goa warn rn po obs wants advocate nurse det sgt aunty daddy billing sally"
    " neighboring ll typ re dist hcso he'll she'll i'll wil cancel and or ste apt dest tel ref"
    " nick aka dob says has lives"
)
KEYS = word_set("tel ref dest nick aka dob ph phone sex race loc addr veh typ num dir name")
# Behind these OFF is no officer.
FELL = word_set(
    "fell fall falling falls jumped jumping jump got get getting goes going went go ran run running"
    " drove drive driving slid slipped rolled thrown threw took take taken taking turned turn"
    " turning shut pulled came come coming backed knocked pushed tripped stepped set sent drop"
    " dropped hung cut cutting tore torn broke broken blew blown ripped kicked bounced veered"
    " walked hopped left right just way far is was are were and on x"
)

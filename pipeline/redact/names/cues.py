"""Holds the words around a name that tell it from a word: titles, relations, verbs.

In: nothing. Out: sets of lower-case words, written for dispatch text. They say nothing about
privacy; ``context`` weighs them and ``persons`` and ``deny`` decide.
"""

from __future__ import annotations

from pipeline.redact.vocabulary import word_set

__all__ = [
    "CALLED",
    "DETERMINERS",
    "FUNCTION_WORDS",
    "MODALS",
    "PARTICLES",
    "PEOPLE",
    "SAYING",
    "STAFF_TITLES",
    "SUFFIXES",
    "TITLES",
    "TOGETHER",
]

TITLES = word_set("mr mrs ms mx miss mister messrs sir madam maam dr doctor prof rev reverend fr")
TITLES |= word_set("pastor rabbi imam deacon father sister brother aunt auntie aunty uncle tia tio")
TITLES |= word_set("grandma grandpa granny nana papa don dona senor senora judge hon elder bishop")
STAFF_TITLES = word_set(
    "officer ofc ofcr off po deputy dep dpty sgt sergeant lt lieutenant capt captain cpl"
    " corporal det detective trooper tpr trp chief asst inspector insp nurse rn emt paramedic"
    " medic dispatcher disp operator opr oper op tech agent marshal constable ranger sheriff"
    " cadet sro lpn cna pa np md ff firefighter"
)
"""Before a name these say that a public servant bears it."""

PEOPLE = word_set(
    "rp r/p caller clr compl comp complainant victim vic vict suspect susp subject subj sub s1"
    " s2 v1 male female m f w/m w/f b/m b/f h/m h/f wm wf bm bf hm hf patient pt driver drvr op"
    " opr passenger pass pax owner o/o r/o ro tenant landlord resident homeowner renter neighbor"
    " nbr neighbour nieghbor friend fiance fiancee gf g/f boyfriend girlfriend husband hubby"
    " husb wife spouse son daughter dtr dau father mother dad mom mum stepdad stepmom stepson"
    " brother bro sister sis cousin nephew niece uncle aunt grandson granddaughter grandmother"
    " grandfather grandma grandpa ex exhusband exwife exbf exgf roommate rmmt coworker boss"
    " manager mgr supervisor supv clerk cashier teller bartender chef cook waitress guard"
    " bouncer teacher principal student coach counselor lawyer attorney keyholder keyhldr kh"
    " contact cntct rep employee emp subscriber witness wit girl boy baby infant child juv"
    " juvenile kid teen toddler twin intern babysitter sitter caretaker caregiver aide maid"
    " gardener mechanic plumber janitor custodian security respondent petitioner plaintiff"
    " defendant def inmate parolee runaway suspects victims drivers subjects occupants neighbors"
    " landlady poa guardian rider biker missing hija hijo esposo esposa madre padre hermano"
    " hermana abuela abuelo vecino vecina tio tia novio novia host clergy relative kin"
)
"""Words for people after which their name often comes."""

CALLED = word_set("aka a.k.a named name names alias akas nickname nicknamed ask asked")
CALLED |= word_set("llamado llamada nombre attn")

SAYING = word_set(
    "states stated stating sts st8s said says saying adv advs advd advised advises advising"
    " told tells reports reported rpts rptd reporting claims claimed thinks thought believes"
    " heard saw called calls cld phoned texted asked asks wants wanted needs needed refuses"
    " refused ref has hasnt had is isnt was wasnt wont didnt doesnt does did got gets went goes"
    " left leaves came comes lives lived stays stayed works worked took takes fell hit hits ran"
    " drove drives walked walks stole kicked punched threw pushed broke hung agreed denied"
    " denies confirmed admits admitted lost found gave gives keeps kept pulled shot stabbed"
    " grabbed started stopped returned arrived answered complained yelled screamed showed"
    " waiting standing sitting lying laying walking driving running sleeping yelling screaming"
    " crying breathing dice dijo quiere"
)
"""Verbs whose subject is a person, in the third person or the past."""

TOGETHER = word_set("with w w/ from by for to and & told tell tells meet meets against vs per")
TOGETHER |= word_set("contacted contact between re regarding ref")

DETERMINERS = word_set(
    "the a an this that these those his her my your our their its some any no each every"
    " another in on of into onto off under over at out up down is was are were be been being"
    " very too so more most less not one two three four five six several few other same new old"
    " big little i you he she we they to can could should would must might shall dont do please"
    " light dark bright who it il"
)
MODALS = word_set("will may might can must shall would could should")

PARTICLES = word_set(
    "de la las los del dela della di da das do dos du des van von der den ter ten te vander"
    " vanden al el bin ibn bint abu abd ben bat ap ab ferch mac mc o y e san st ste le thi"
)
SUFFIXES = word_set("jr sr ii iii iv jnr snr esq")

FUNCTION_WORDS = word_set(
    "a about above across after again against all almost alone along already also although"
    " always am an and another any anyone anything are around as at away back be became because"
    " been before behind being below beside between both but by came can cannot cant come comes"
    " could did didnt do does doesnt dont down due during each either else enough even every"
    " everyone except few for from get gets getting go goes going gone got had has hasnt have"
    " havent he her here him his how i if in inside into is isnt it its itself just last left"
    " like made make many me more most much must my near need needs never next no nobody none"
    " nor not nothing now of off on once one only onto or other our out outside over own past"
    " per plus put same saw say says see seen she should since so some someone something still"
    " such than that the their them then there these they this those through thru to today told"
    " too toward towards two under unless until up upon us used very via was wasnt we well went"
    " were what when where which while who whom whose why will with within without wont would"
    " yes yet you your til till w adv unk neg ref rpt req resp avail poss approx appx"
    " approximately possibly reportedly"
)

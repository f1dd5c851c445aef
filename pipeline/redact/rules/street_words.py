"""The words by which streets are told from other words.

Suffixes are ``street_suffixes``'. It decides nothing.
"""

from __future__ import annotations

from pipeline.redact.street_suffixes import DOUBTFUL, HOUSE_ONLY, SURE
from pipeline.redact.vocabulary import word_set

__all__ = [
    "COUNTED",
    "CUES",
    "DIRECTIONS",
    "DOUBTFUL",
    "NEVER",
    "NUMBERED",
    "ORDINAL_NOUNS",
    "ROADS",
    "SUFFIXES",
    "SURE",
]

SUFFIXES = SURE | DOUBTFUL | HOUSE_ONLY
DIRECTIONS = word_set(
    "n s e w ne nw se sw north south east west northeast northwest southeast so no"
)
# Roads that are called by a number or a letter; they follow a house number here.
ROADS = word_set("hwy highway county cty co road route rte state sr fm cr us")
NEVER = word_set(
    "a about en across adv advised advises after again all along am an and any approx are around"
    " arr as at away back be been before behind being blk block blks blocked blocking blocks but"
    " by came can caller calling car cars caused clr comes crash cross down driver each enrt"
    " every exit fled for from front goes going gone had has have he heading headed her him his"
    " hit how i if in inside into is it its it's just lanes left leaving like lives long male man"
    " me mi miles min mins my near next nobody not now of off on only onto opposite or other our"
    " out outside over parked past per pm public reports right rp runs same saw says she side"
    " since sitting so somebody someone standing states still that the their them then there they"
    " this thru to took toward towards tow turned twd twds under until up us veh vehicle vehicles"
    " via walking walked wants was we went were when where which while who whole will with"
    " without woman wrong x yards you your dead busy icy wet narrow steep dirt gravel one two"
    " three four five access service frontage bike hiking jogging emergency request req ref hrs"
    " hr mph ft feet lbs eng engine medic unit units truck station ladder squad bc battalion"
    " alarm zone yo yof yom years yrs subj subjs subjects pt pts people persons party juv juvs"
    " middle another different many several every both no some front rear main private fire"
    " garage bedroom basement patio passenger closed open unlocked locked sliding screen living"
    " pedestrian one-way two-way five-lane clear slick hit neighbor's sister's her's across ctc"
    " nb sb eb wb northbound southbound eastbound westbound named resp rpts rpt poss occ w/ mm mp"
    " black white red blue green silver gold gry blk whi wht grn blu sil tan brn brown gray grey"
    " bro hzl advising stating reporting bloking blking blkng blkg ems xfer mid late early gas"
    " drive-thru"
) - word_set("green gray brown main park white black gold blue silver")
COUNTED = word_set(
    "lsn cash tahoe ac reg'd exp dist pers btu deuce decibels sounded bypass bld dolars anos"
    " acres adults alarms ambulances am pm beers boxes bullets callers calls casings cats cc"
    " children cites cows customers days degrees deg dogs doors dollars engines f females floors"
    " g ga gal gallons girls boys gauge guns guys gy hours inch inches juvenile juveniles kg kids"
    " kts ladies lane lb lr mm males men mg ml month months mos occs occupants officers ofcs outs"
    " patients pct percent person pounds ppl ppm psi puffs rounds rds rd round rnds sec secs"
    " seconds shots shot spots sq stories story student students suspect suspects tabs tickets"
    " times trees trucks vehs victims victim volts warrants warnings weeks week wks women yds"
    " year yr y/o hang hangups hangup hundred th nd percent priors prior more year-old mo m w b h"
    " v k c p l o ton tons pair pr pcs units amp watts vdc yellow teens staged souls crews bursts"
    " acp caliber cal window windows houses homes minutes minute hour day drinks pills bags grams"
    " ounces oz meters yard lines stalls slots refusals bottles cans steps attempts attempt way"
    " doses liters joules transports transported years nights night knives dogs toyota honda ford"
    " chevy chevrolet dodge nissan jeep kia hyundai bmw gmc ram buick mazda subaru lexus acura"
    " audi chrysler mercury pontiac saturn tesla volvo polaris freightliner volkswagen vw"
    " infiniti lincoln mercedes mitsubishi harley cadillac hond toyt"
    " lead leads wheel wheels solar panels panel consist brindle chrys grp"
    " aboard onboard accounted sworn grounded chalked gross fpm cfm kft fsw dbm kpa gph whlr"
    " wheeler swapped scanned sync lol bdrm axle axles hz khz mhz"
)
# A number after one of these is that thing's, not a house's.
NUMBERED = word_set(
    "alarm ambulance apt apartment battalion bc beat bldg box c car cases ch channel code"
    " cruiser eng engine exit fl floor fs grid helo hwy highway i interstate k9 l ladder level"
    " line lot lvl map medic mm mp mile page pri priority pump r rescue route rte rm room seq"
    " squad sr station step tac tanker tower truck unit units us utility wt zone zones brush"
    " quint phase ext sector op opr sp spc space age aged ages mph bp hr rr spo2 temp gcs bgl"
    " pulse case ref dob plate tag lic lane lanes locker tone cmd wind batt count size type class"
    " stage dist district m t e s tk psi bus flight store team group shift rev version ver freq"
    " at&t ga model troopers trooper sig ph cb zn lvl par camera cam cell grade side x wt ht"
    " weighs driver veh vehicle victim susp suspect contact party pos min max about approx last"
    " total over under than every under gauge mm/dd vol train trains placard hyd hydrant cad"
    " ticket tkt permit trip serial cab odometer mileage"
)
CUES = word_set(
    "at from addr address adrs loc location located near f/o fo lives live living house res"
    " residence resides resident home staying stays fr vicinity resp to of billing lka site prem"
    " premise premises adress adr moved sent xst vive en area by"
)
ORDINAL_NOUNS = word_set(
    "alarm attempt avail call caller callback chance child class crew day degree dist district"
    " div division due eng engine fl flat floor flr full gen generation grade grader hand hour"
    " house in lane level line load lot man medic month of offense one party pct percentile"
    " person place pt quarter req request ring row set shift shot side sgt sister son stage story"
    " stall step team time times trip truck try tx unit us veh vehicle victim warning watch week"
    " wife year yr rdg reading annual brother warn rpt report notice responder base door entrance"
    " visit round drink trimester since"
)

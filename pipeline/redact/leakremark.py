"""Says which kinds of private text stand in a redacted remark, before an editor reads it.

In: a redacted remark, and the values known to be private. Out: the kinds of leaks, empty when fit
for editors: they may read ages up to 89, times, unit ids, blocks and counts. What the public may
read is narrower, and ``leakcheck`` says so. Shares no code, list or pattern with the redactor. It
must never return, log or raise any part of the text.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache

from pipeline.model import RedactedRemark, Sensitive
from pipeline.redact.leakcheck import values_in_views
from pipeline.redact.leakcued import CUED
from pipeline.redact.leakforms import Forms, View
from pipeline.redact.leaknames import Likeness, likeness
from pipeline.redact.leakshapes import SHAPES
from pipeline.redact.leakviews import views, without_placeholders

__all__ = ["remark_leaks"]

_TURNS = frozenset({"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"})
_FORMS = Forms((*SHAPES, *CUED))
_WORD = re.compile(r"[^\W\d_]+(?:['\u2019-][^\W\d_]+)*|\d+|[^\w\s]")
# The same in plain letters, half as long under way.
_PLAIN_WORD = re.compile(r"[A-Za-z]+(?:['-][A-Za-z]+)*|[0-9]+|[^\w\s]")


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# After these a person is named more often than not.
_CALLED = _words(
    "aka alias ask boyfriend brother called caller complainant contact cp cpl daughter dep"
    " deputy det driver father friend girlfriend husband landlord lt mom mother name named"
    " neighbor nurse ofc ofcr officer owner pass per pt resident roommate rp rpt sgt sister son"
    " spoke suspect tenant victim wife"
)
_STAFF = _words("capt cpl dep deputy det detective lt nurse ofc ofcr officer sgt tco trooper")
# After a name these make a place, a make or a firm of it.
_NO_PERSON_AFTER = _words(
    "acres arena bank bar bridge cafe center church clinic college county court creek"
    " dealership elementary field grill hall high hospital hotel house inn island lake mall"
    " market middle motel park pharmacy plaza pub ranch restaurant river school square station"
    " store tower university valley village"
)
# Mostly names where they are counted, but in this trade ordinary words, makes, months and drugs,
# things that are carried away, and words of a neighbor's Spanish.
_NOT_HERE = _words(
    "acura alarm alm altima amb asa barber basil burn burns camaro cath cherokee clove corolla"
    " corollas corvette cotton crocker dakota dodge durango elantra emerg esta farmer fern fiesta"
    " fryer ginger halter harley hogan horn kia kias lesabre lexus lienholder mazda"
    " mustang nissan passerby pearl penny pike poole prius puerta puerto ranger roach sage sierra"
    " sienna silverado responder sonata sparks sutter tacoma tahoe thyme tundra yaris yukon "
    "auger backhoe beanie benadryl bldg blks caddy chainsaw chainsaws chiller eliquis evac farmall"
    " foreman forte hellcat holler hopper isuzu llamas notif paged rectory skidder soybeans"
    " tylenol "
    "enroute onscene enrt onscn onsc arrvd advd advsd advs rqst rqstd reqd notfd respdg "
    "amber april august baker bari bill black blue bolt brandy brown buck bull burg camry"
    " chance charity christian chuck cliff cooper cruz crystal dale dallas dawn destiny dodge"
    " drew fisher flor ford foster frank gale gardner glass gray green grey hazel hijo holdup"
    " holly honda hunter infiniti ivy jean jeans jetta joy june kelly king lance lane lee"
    " lincoln lon marine mark marquis marshal marshall mason maxima may mercado mercedes miles"
    " miller misty moody olive paris parker parks pat pepper porsche porter poss ram ray robin"
    " rod rose ruby rusty sally sandy savannah scott sexton shell sheriff sidney skip sky"
    " sterling stormy stu sue summer tanner taylor tod toyt trooper tucker turner victor violet"
    " walker ward west wheeler white will wood woods wrangler young zofran"
    " allerg allergen andouille baklava bales barberchair barbershop belfry biohazard bodega"
    " bollard bollards brisket burlap busboy byway carabiner chorizo cofferdam coleslaw"
    " cowbell cruller dasher deckhand dewalt dodgeball driftwood eaves formaldehyde"
    " gangway garifuna gauze geechee ghillie gillnetter glargine gluc graupel grooms gullah"
    " hacksaw halfpipe handoff handsaw hardhat harmonica headstone headwall hookah igbo"
    " ironworker jackhammer karenni keyhole kimono kombucha kreyol kubota lacrimation landlady"
    " laryngeal lathe lazarette learjet lidar longboard loukoumades lumbee marinade"
    " marshland menorah minifridge mycelium paracord parquet potluck preg puffer"
    " quechua quesadilla racquet railyard rhubarb rideshare roomie seiche shabbos sheepherder"
    " stowaway sukkah swastika swoosh tamale tarpaulin thermos timberline trellis"
    " velcro veranda vpso vrbo walkie weedwhacker weighmaster wheelhouse windsock yarmulke"
    " batts brige getup kettles motorhome silvr smock syas truckk"
    " yurt zamboni forester outback acadia sorento passat jetta murano"
    " adobo airfields airfryer alfalfa anaconda anasarca angolan anklet anorak arborvitae"
    " armadillo armadillos asada ashfall aymara azerbaijani azeri bachata bahamian"
    " bailbondsman balaclavas baler bandolier bandsaw bandshell banjos barbell barbells"
    " barndance barnyards bayliner bayliners bedbug beeyard belarusian belayer bellylanding"
    " birkenstock birkenstocks birria birthmark biryani bivy blintz bluegill boatyard bondsman"
    " borscht bosun bougie bowtie bradypnea brakecheck brakeman bralette bratwurst bricklayers"
    " brinks brushcutter brushcutters bullbar bullrider bumblebee bunnyhill burka burritos"
    " busker calzone cameroonian camshaft cannoli canoeist cargovan carhartts carne carniceria"
    " carnitas cashews cassava catwalks challah chancel cheetos chigger churro churros chutney"
    " clammer clindamycin coban cobblestone cockatoos colander cookoff cornbin cornhole"
    " coxswain crabber cranberries crashbar crayfish crewman crohns croquet dairyman dari"
    " daymark deadfall deepfryer dhuhr dockhand dockhands dockworker doorjamb doorjambs dormer"
    " dosa doula dreadlock drumkit drydock drywaller duffels dumbbell dysarthria dysarthric"
    " enchilada evinrude fajita fajitas falafel fettuccine fieldhand fieldhands fieldset"
    " flannels gandydancer garmin geckos gelato gennys geojson gillnet girder gokart"
    " goldendoodle gondola gondolas goulash gourd granola griddle growler guinean gummy"
    " guyanese gwichin hailstones hairband hairnet hamburgers hanukkah harmonicas harrows"
    " haylage hayloft haylofts haymow hayrack hayride haywagon hctz heeler helmsman highliner"
    " honeybee honeybees hooch horchata husqvarna ivorian jackhammers javelina javelinas"
    " jellybeans jetbridge jetskier jetway jollof kabob kannada kaqchikel kazoo kegger keggers"
    " kerlix ketone ketones kettlebell keylogger kielbasa kimchi kinyarwanda kippah kitchenaid"
    " kudzu kugel kurmanji kussmaul kwanzaa labradoodle labradoodles ladino ladle lanyards"
    " laryngoscope latke latkes lawyr lessthan linesman lingala linoleum lockmaster longbow"
    " longliner macaw macaws maghrib mahjong mailbx malawian malayalam manbun mandinka"
    " mandolin maracas matzo maytag milkbarn milkers milkhouse minyan mitzvah mocha moldovan"
    " mozambican mudroom muezzin mullah muskellunge muskie muskox newfie nikes nitazene oboe"
    " okra omelette owlet pagoda pallbearer paraguayan patroller peahen peahens pergolas"
    " phenylephrine pickleball pigpen pinochle pohnpeian polesaw pozole pretzel pretzels"
    " prybar prybars pwrline pyjamas quebecois quesadillas ramshackle ranchhand rangehood"
    " rickshaw ricochet risotto rockfall rollback rollbar rollerblade rollerblader"
    " rollerblades rollingpin roofrack rosaries rubberneckers rwandan saleyard salvadoran"
    " samosa samosas satchel sauerkraut saunas sawzall sawzalls schnauzers schnitzel segway"
    " seiner shanty shawarma shawls shrubbery shuriken sinhala sinker slackline snorkeler"
    " sombrero steamfitter steelhead stepvan stevedore stihl stilettos strudel swather"
    " switchman switchyard tadalafil tallcan tamoxifen tanzanian taquerias thruhiker tierod"
    " tobogganer toishanese toolbelt toyhauler trawler trowel tzotzil udon uruguayan valsartan"
    " visayan walleye walleyes waterskier webhook weighbridge wharfinger whelk whitewall"
    " windburn winnebagos wonton woodchucks xannies xanny xhosa xwalk yardmaster yellowjacket"
    " zambian zucchini"
    " attheir byher byhis callerhad callerhas calleris callerleft callerwill camein cameon"
    " didbeen didno doesbe doesbeen doesher doesno doeson downon femalehad femalehas femaleis"
    " femalewas femalewill forher forhis goback goingoff goingto hadbeen hadbeing hadno hadthe"
    " hadto hasbeen hasher hashis hasno hasto hehad hehas hewas hewill isbeen itwill leftoff"
    " lefton leftthe leftto malehad malehas maleis maleleft malesaid malewas malewill nearher"
    " nearhis nearthe neartheir needon needson noguy nolonger noway onher onhis ranback ranoff"
    " ranon ranto rpwill runningoff runningto shehad shehas sheis sheleft shewas shewill"
    " thebody theguy thelonger theone theway theyhad theyhas theyleft theywas theywill toher"
    " wantson wasbe wasbeen wentoff wenton wentthe wentto willbe willbeen willbeing"
    " willgetting willgoing willnot"
)
# What no person's name does beside these: a box for keys, an interpreter's line, a tongue.
_NO_PERSON = frozenset(
    (first, second)
    for left, right in (
        ("knox", "box key code boxes"),
        ("knox", "keys padlock switch"),
        ("lang", "line barrier interp"),
        ("otis", "elevator tech"),
        ("karen", "interp interpreter speaker"),
        ("speaks speaking spoke", "karen"),
        ("foley", "cath catheter bag"),
        ("stokes", "basket litter"),
        ("blk black", "angus"),
        ("angus", "cow cows cattle bull"),
        ("john", "deere"),
        ("monte", "carlo"),
        ("gill", "net nets netting"),
        ("jake", "brake brakes braking"),
        ("german aussie australian belgian", "shepherd"),
        ("hand appliance furniture moving", "dolly"),
    )
    for first in left.split()
    for second in right.split()
)


def remark_leaks(remark: RedactedRemark, known: Sequence[Sensitive]) -> tuple[str, ...]:
    """Return the kinds of private text in a redacted remark, sorted; empty means fit for editors.

    Kinds: ``known-value``, ``hidden-character``, ``name``, ``title``, ``phone``, ``email``,
    ``ssn``, ``url``, ``handle``, ``coordinates``, ``birth-date``, ``age-over-89``,
    ``house-number``, ``street``, ``unit-number``, ``plate``, ``vin``, ``licence``,
    ``government-id``, ``medical-id``, ``financial``, ``long-number``, ``access-code``,
    ``key-location``, ``return``.
    """
    shown = without_placeholders(remark.text)
    flat = tuple(views(shown))
    kinds = set(values_in_views(flat, known))
    if not remark.text.isprintable() and any(map(_obeyed, set(remark.text))):
        kinds.add("hidden-character")
    for text in flat:
        kinds |= _FORMS.kinds_in(View(text))
    for cased in views(shown, keep_case=True):
        if _names(cased):
            kinds.add("name")
    return tuple(sorted(kinds))


def _obeyed(character: str) -> bool:
    # What a terminal or a browser acts upon. Other invisible characters part no word in a view.
    if character in "\n\r\t":
        return False
    turns = unicodedata.bidirectional(character) in _TURNS
    return turns or unicodedata.category(character) in {"Cc", "Cs", "Co", "Cn"}


def _names(view: str) -> bool:
    words = (_PLAIN_WORD if view.isascii() else _WORD).findall(view)
    low = [*map(str.lower, words)]
    suspects = [at for at, like in enumerate(map(_likeness, low)) if like]
    if not suspects:
        return False
    mixed = sum(map(str.islower, words)) > len(words) / 3
    framed = ("", "", *low, "", "")
    return any(_is_name(words[at], framed[at : at + 5], mixed=mixed) for at in suspects)


def _is_name(word: str, around: Sequence[str], *, mixed: bool) -> bool:
    """Whether a word is a name where it stands: between two words before it and two behind."""
    behind, before, low, after, next_but_one = around
    if after in _NO_PERSON_AFTER or (low, after) in _NO_PERSON or (before, low) in _NO_PERSON:
        return False
    like = _likeness(low)
    beside = _likeness(after) if after else Likeness.WORD
    return (
        like is Likeness.NAME
        or (
            like >= Likeness.NAME_SHAPED
            and beside >= Likeness.NAME_SHAPED
            and not (mixed and word.islower())
        )
        or (before in _CALLED and like is Likeness.NAME_SHAPED)
        or (before in _STAFF and len(word) > 3)
        or (
            before == "."
            and len(behind) == 1
            and behind.isalpha()
            and (like >= Likeness.NAME_SHAPED or (word.istitle() and len(word) > 6))
        )
        or (after == "," and len(word) > 3 and _likeness(next_but_one) >= Likeness.NAME_SHAPED)
        or (mixed and word.istitle() and before.isalpha() and like is Likeness.NAME_SHAPED)
    )


@lru_cache(maxsize=50_000)
def _likeness(word: str) -> Likeness:
    if len(word) < 3 or not word[0].isalpha() or word in _NOT_HERE:
        return Likeness.WORD
    if not word.replace("'", "").replace("-", "").isalpha():
        return Likeness.WORD
    return max(likeness(part) for part in re.split(r"['\u2019-]", word) if part)

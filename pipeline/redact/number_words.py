"""Holds the words around a number that say what it counts, measures, names, or opens.

In: nothing. Out: sets of lower-case words, written for dispatch text. What follows from them is in
``numbers`` and ``deny``; words for streets are ``strict``'s.
"""

from __future__ import annotations

from pipeline.redact.vocabulary import word_set

__all__ = [
    "AGE_WORDS",
    "BIRTH_CUES",
    "CALIBRES",
    "CALL_WORDS",
    "COUNTED",
    "COUNTED_BEFORE",
    "DRUGS",
    "FILED",
    "HIGHWAYS",
    "HOURS",
    "MEASURES",
    "NUMBERED",
    "ON_CALL",
    "PARTICIPANTS",
    "PLACE_CUES",
    "PLURALS_ASIDE",
    "RUNS",
    "SECRET_CUES",
    "STATUTES",
    "TICKETS",
    "UNIT_PREFIXES",
    "VITALS",
    "YEAR_BEFORE",
]

MEASURES = word_set(
    "ft feet foot in inch inches yd yds yards mi mile miles km m meter meters cm mm sqft sq"
    " acre acres ac mph kph kts knots psi gal gals gallon gallons gpm cfs l liter liters lpm ml"
    " cc oz qt pt pint g gm gms gram grams kg kgs mg mgs mcg ug meq units iu lb lbs pound pounds"
    " ton tons tonne sec secs second seconds s min mins minute minutes hr hrs hour hours h day"
    " days wk wks week weeks mo mos month months yr yrs year years yo y/o yof yom yoa deg"
    " degrees f c ppm ppb lel bpm mmhg joules j v volt volts vdc vac kv kw watt watts amp amps"
    " hz mhz khz btu k db rpm cal caliber ga gauge grain rd rds round rounds pct percent hp rr"
    " br x cfm pts gtt drops puffs tabs tab caps pills doses dose"
)
COUNTED = word_set(
    "veh vehs vehicle vehicles car cars truck trucks semi semis pt pts patient patients person"
    " persons pers people subj subjs subject subjects male males female females juv juvs occ"
    " occs occupant occupants pax passengers kid kids child children adult adults victim victims"
    " souls units unit engines alarms alarm floors floor story stories lanes lane calls call"
    " callers x times shots shot casings injuries inj injured vics susp susps suspects dogs dog"
    " cats cat cows cow cattle horses deer pets homes houses residents students student"
    " employees customers officers ofcs troopers deputies ff ffs crews crew resp boxes bags"
    " doors windows stations zones zone tires acres structures bldgs head bottles cans beers"
    " drinks priors refusals stops cites warns blocks blks exits dollars bucks other others more"
    " ppl guys men women boys girls teens brothers sisters friends inside outside total sectors"
    " engs hydrants lines sets pairs pr pallets gauge"
)
NUMBERED = word_set(
    "zn hyd hydrant"
    " engine eng e ladder lad l truck trk t medic med m ambulance amb a rescue res r squad sqd"
    " sq battalion bat bn bc batt chief ch tanker tnk brush br utility ut car boat unit units"
    " station sta stn company co district dist div division sector sect beat zone zones grid"
    " area region channel chan tac talkgroup tg freq ops fireground fg cmd command priority pri"
    " p level lvl stage phase alarm signal sig code cond condition class cat category type grade"
    " triage trauma hwy highway route rt rte interstate i us sr cr exit ex mile mm mp marker"
    " milepost post pole hydrant pump bay dock door lane lanes ln track platform terminal rwy"
    " runway taxiway floor fl flr floors story lot bsmt line lines phone step stop bus flight"
    " train run age ages aged side quad chapter section tour shift platoon group task strike er"
    " er's ems als bls hosp bed beds rm score count version page locker shelf aisle tier pod"
    " cell block dorm table field court diamond hole tee green cam camera sensor panel par size"
    " tone rig k9 detail team alert alpha bravo charlie delta echo cardnumber card ring about"
    " approx approximately around over under than"
    " calltaker calltakers tender tenders troopers trooper units engines"
    " at least nearly x of to only and max min avg"
    " odo opr op ct cad sz past for within last another additional has have with w total"
)
NUMBERED -= word_set("card cell lot rm of to and for with w has have post at x")
PLACE_CUES = word_set(
    "apartment apartments apt apts ap aprt bldg box lot rm room space spc sp st ste suite unit"
    " trlr hse door cabin slip berth condo no number num block# address addr bed site trailer flat"
    " balcony townhouse townhome villa slot stall chalet casita bunkhouse dorm cottage doorbell"
    " buzzer"
)
PLACE_CUES -= word_set("st no")
SECRET_CUES = word_set(
    "code codes combination combo email handle keypad lic license lockbox passcode password pin"
    " plate plates reg registration tag tags username vin website ssn soc oln dl ol ref case"
    " acct account card ending gate knox mrn mcare medicare medicaid ins policy passport inmate"
    " booking so# fbi sid visa mc amex debit credit check ph phone cell tel cb callback fax text"
    " # acc census enrollment"
)
SECRET_CUES -= word_set("check text acc visa")
BIRTH_CUES = word_set("dob d.o.b born birthdate birthday bday b-day birth doa/dob db")
VITALS = word_set(
    "bp b/p hr rr spo2 sp02 o2 sat sats bgl bs bg cbg fsbs glucose sugar temp tmp t gcs pulse p"
    " resp resps etco2 co2 co spco wt weight ht height wind winds gust gusts elev elevation"
    " temperature stroke score map pr qrs qt rate spm hrt heart iv fio2 sys dia systolic"
    " diastolic speed speeds odo odometer mileage flow crest stage reading rdg readings depth"
    " peep tv hgt wgt h2s lel o2 pid cap dew altim dewpoint psi sugar ekg bun glu hgb hct gfr wbc"
    " plt inr trop troponin lactate creatinine potassium sodium hemoglobin platelets ntu turbidity"
    " azimuth bearing rssi amperage voltage humidity gravity salinity"
)
# What says that four digits are a time.
HOURS = word_set("hrs hr hours")
HIGHWAYS = word_set(
    "hwy highway i us sr cr rt rte route interstate fm sh ih loop state county road"
)
HIGHWAYS -= word_set("state county road loop")
YEAR_BEFORE = word_set(
    "in since of from mfg model year yr built circa for approx a an older newer early late"
)
CALL_WORDS = word_set("call calls caller called dialed text hangup hang open abandoned misdial")
PARTICIPANTS = word_set("rp s v d p w pt veh vh v subj susp vic drv dr occ unit wit h f m o q z")
PLURALS_ASIDE = word_set("has was is as this his yes oaks pines oakes glass cross states")
UNIT_PREFIXES = word_set(
    "e t r m a b l q s c d k n p u bc dc ac en eng lad lt trk med amb sq sqd res bat bn hm hz"
    " wt tk tn br bt ut car cmd ch fm pm als bls mo hr k9 ic eo so pd sgt adam ada boy mary"
    " lincoln sam tac ems em rs tw tl hl at st sta div rv rl cap sup wd air helo hel met"
)
DRUGS = word_set(
    "asa aspirin amio amiodarone epi epinephrine ntg nitro fent fentanyl ketamine versed narcan"
    " naloxone zofran benadryl morphine toradol tylenol ibuprofen lasix adenosine atropine lido"
    " lidocaine solumedrol albuterol dextrose glucagon mag magnesium txa bicarb oxy heparin saline"
    " ns lr bolus"
)
ON_CALL = word_set(
    "enrt enroute os o/s onscene onscn clr clrd clear cleared resp responding respg staged staging"
    " stdby standby copy copies ack assigned asgd dispd dispatched toned tx rx arrived arrvd arr ar"
    " blocking blk req reqs requests advs enr ofcrs checking ck chk chkg adv advises transporting"
    " tsp txp rtb avail available inservice service out back returning handling"
)
RUNS = word_set("inc incident cfs run cad event evt xref crossref rn call# callno incno evtno cc")
# What is numbered in a call and is nobody's: a power company's ticket, a permit to burn.
TICKETS = word_set("ticket tickets tkt tix permit permits ref waybill cite cites citation summons")
# What is filed under a year and a number: RPT 26-004417.
FILED = word_set("report reports rpt rpts prop property evid evidence")
# Books of laws, before the number of a section.
STATUTES = word_set("pc vc hs cvc cpc ars rcw ors mcl bpc wic")
COUNTED_BEFORE = word_set(
    "photos pics photo pictures calls admin abandoned answered transferred guests residents staff"
    " capacity cap shelter sandbags census static residual pitot flow flowing pump sinus tach"
    " brady rate guide total totals count head headcount people pop population attendance runners"
    " cots meals tags rings units draft length span mileage miles odometer pressure temp fine"
    " value val worth owes paid pay squawk squawking beg bib portable mooring buoy farebox"
    " bail bond idx index set est sky qty lbs weight wt hgt height"
)
AGE_WORDS = word_set(
    "y yo yof yom yoa yow yr yrs m f mo mos wk wks w day days d month months year years yrold"
)
CALIBRES = word_set("22 25 32 38 40 44 45 50 17 223 243 270 300 308 357 380 410 556 762")

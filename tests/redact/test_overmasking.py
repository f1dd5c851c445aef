"""How much innocent text the default costs: measured, bounded, and written down honestly.

The narratives are invented, hold nothing private, and were written before the first measurement.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest

from pipeline.model import RedactedIncident

INNOCENT = (
    "CALLER REPORTS SMOKE COMING FROM THE ROOF OF A TWO STORY HOUSE. EVERYONE IS OUT.",
    "Two vehicle crash blocking the right lane northbound. No injuries reported. Airbags deployed.",
    "RP ADV LOUD MUSIC FROM AN APARTMENT UPSTAIRS FOR THE PAST 3 HOURS",
    "Tree down across the road, wires are sparking on the sidewalk. Power company notified.",
    "MALE IN A DARK HOODIE LOOKING INTO PARKED CARS IN THE GARAGE, LAST SEEN ON FOOT EASTBOUND",
    "Elderly female fell in the bathroom, conscious and breathing, complains of hip pain.",
    "UNITS ADV OF A GAS ODOR IN THE BASEMENT. EVACUATING THE BUILDING. UTILITY COMPANY ENROUTE.",
    "Caller found a wallet in the parking lot and would like to turn it in to an officer.",
    "SEMI JACKKNIFED ON THE HIGHWAY, FUEL LEAKING, BOTH LANES BLOCKED, HAZMAT REQUESTED",
    "Kids throwing rocks at passing cars from the bridge. About six of them, left on bikes.",
    "RP HEARD 4 SHOTS BEHIND THE SCHOOL, NO ONE SEEN RUNNING, NO INJURIES KNOWN",
    "Business alarm, rear door motion. Keyholder is responding in about twenty minutes.",
    "DOG LOCKED IN A HOT VEHICLE, WINDOWS UP, OWNER PAGED IN THE STORE WITH NO ANSWER",
    "Water main break, street is flooding and starting to enter basements. Public works called.",
    "SUBJ REFUSING TO LEAVE THE BAR, INTOXICATED, YELLING AT STAFF. NO WEAPONS SEEN.",
    "Kitchen fire out on arrival. Crew ventilating the residence. No extension into the walls.",
    "VEHICLE IN THE DITCH, DRIVER OUT AND WALKING AROUND, TOW REQUESTED, ROADS ARE VERY ICY",
    "Caller states someone cut the lock off her storage unit overnight and took power tools.",
    "CO DETECTOR SOUNDING, FAMILY OF FIVE OUTSIDE, TWO WITH HEADACHE AND NAUSEA",
    "Hit and run in the grocery store lot. Suspect vehicle is a red pickup with rear damage.",
    "KAYAK OVERTURNED NEAR THE DAM, ONE PERSON HOLDING ON TO A BUOY, BOAT CREW DISPATCHED",
    "Caller says a man followed her from the bus stop. She is now safe inside a coffee shop.",
    "GRASS FIRE ALONG THE RAILROAD TRACKS ABOUT 50 FEET WIDE MOVING TOWARD A BARN",
    "Traffic light out at the intersection. All directions dark. Squad needed for traffic control.",
    "CATALYTIC CONVERTER CUT OFF A WHITE VAN SOMETIME LAST NIGHT, NO CAMERAS IN THE AREA",
    "Smoke alarm going off in a vacant unit, neighbor sees no fire. Maintenance has a key.",
    "COWS IN THE ROADWAY JUST NORTH OF TOWN, OWNER NOT AVAILABLE, DEPUTY ENROUTE",
    "Shoplifter ran out the front doors with a cart of meat and diapers, left in a gray sedan.",
    "PT SHORT OF BREATH WITH CHEST TIGHTNESS, HISTORY OF ASTHMA, INHALER NOT HELPING",
    "Fireworks being set off behind the middle school again. Third call tonight.",
    "ELEVATOR STUCK BETWEEN FLOORS, TWO PEOPLE INSIDE, NO MEDICAL PROBLEMS, CALM",
    "Graffiti on the side of the library found this morning. Black spray paint. Photos taken.",
    "VERBAL ARGUMENT OVER A PARKING SPACE, BOTH PARTIES SEPARATED, CLEAR NO REPORT",
    "Large branch hanging over the sidewalk after the storm, looks ready to fall.",
    "CALLER SMELLS SOMETHING ELECTRICAL BURNING, BREAKER TRIPPED, NO VISIBLE FLAME",
    "Abandoned car on the shoulder with hazard lights on. Tagged for removal in 24 hours.",
    "SUSP USED A BRICK TO BREAK THE GLASS DOOR, CASH DRAWER MISSING, K9 REQUESTED",
    "Chimney fire, flames above the cap. Occupants evacuated. Ladder truck setting up.",
    "RP LOCKED OUT OF CAR WITH ENGINE RUNNING, NO CHILDREN OR PETS INSIDE",
    "Report of a drone hovering over back yards near the pool. Gone before units arrived.",
)

HELD_OUT = (
    "Neighbor reports water running out from under the garage door, nobody home for a week.",
    "RP STATES THE VEHICLE BEHIND HER IS FLASHING ITS LIGHTS AND TAILGATING, NOW BOTH STOPPED",
    "Boiler room filled with steam, no fire. Building engineer is shutting the valve.",
    "MALE PT STUNG BY BEES, FACE SWELLING, HAS AN EPIPEN BUT HAS NOT USED IT",
    "A garbage truck dropped burning trash in the street, engine company is putting it out.",
    "CALLER IS BEING TOLD BY SOMEONE ON THE PHONE TO BUY GIFT CARDS TO PAY A FINE, LIKELY SCAM",
    "Two deer were hit near the county line, one is still alive in the median.",
    "OCCUPIED PARKED CAR IN THE ALLEY SINCE MIDNIGHT, ENGINE ON, SUBJ SLUMPED OVER THE WHEEL",
    "Rope rescue: hiker slipped below the overlook and cannot climb back up, ankle injury.",
    "FIRE ALARM GENERAL, SECOND FLOOR PULL STATION, STUDENTS OUTSIDE, NO SMOKE OR FLAME",
    "Ex boyfriend pounding on the door and refuses to go, she has an order against him.",
    "SHED FIRE SPREADING TO A FENCE, HYDRANT ACROSS THE STREET, TANKER ALSO REQUESTED",
    "Someone dumped a couch and several mattresses beside the creek again over the weekend.",
    "OFFICER OUT WITH A BICYCLE LEFT IN THE BUSHES, POSSIBLY STOLEN, CHECKING THE SERIAL",
    "Patient passed out while giving blood, awake now, pale and sweaty, wants to be checked.",
    "LINES DOWN AND ARCING IN THE BACK YARD, TRANSFORMER POPPED, HALF THE BLOCK HAS NO POWER",
    "Ice shelf broke loose with fishermen on it, drifting away from shore, all wearing vests.",
    "RP HIT A POTHOLE, FLAT TIRE, PULLED OVER ON THE RIGHT SHOULDER PAST THE EXIT",
    "Teens riding on top of a shopping cart in the parking ramp, security wants them gone.",
    "BANK BAG FOUND ON THE SIDEWALK BY A JOGGER, WILL WAIT THERE FOR AN OFFICER",
)
"""Written after the vocabulary, and not looked at while it grew."""


@pytest.mark.parametrize(
    ("texts", "limit"), [(INNOCENT, 0.02), (HELD_OUT, 0.02)], ids=["seen", "held-out"]
)
def test_little_of_an_innocent_narrative_is_masked(
    texts: tuple[str, ...], limit: float, run: Callable[..., RedactedIncident]
) -> None:
    result = run(*texts)
    masked = sum(
        character.isalnum()
        for each in result.findings
        for character in texts[each.remark][each.finding.start : each.finding.end]
    )
    total = sum(character.isalnum() for text in texts for character in text)
    assert total > 1000
    assert masked / total <= limit

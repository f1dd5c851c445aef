"""Holds what makes a place of a name: brands, and words that no person follows.

In: nothing. Out: sets of lower-case words. A place's name is not private in itself; its address is
the rules' to find.
"""

from __future__ import annotations

from pipeline.redact.street_suffixes import SURE
from pipeline.redact.vocabulary import word_set

__all__ = ["BRANDS", "PLACE_WORDS", "STREET_WORDS"]

BRANDS = word_set(
    "walmart wal-mart kmart costco walgreens walgreen cvs kroger safeway albertsons publix"
    " meijer aldi aldis wendys wendy's dennys denny's arbys arby's mcdonalds mcdonald's hardees"
    " hardee's culvers culver's caseys casey's kohls kohl's macys macy's lowes lowe's menards"
    " sears jcpenney penneys applebees applebee's chilis chili's zaxbys popeyes dominos domino's"
    " papajohns kfc ihop wawa sheetz speedway citgo exxon mobil chevron texaco sunoco bp"
    " kwiktrip racetrac quiktrip loves love's pilot marathon conoco arco starbucks dunkin subway"
    " sonic chipotle whataburger bojangles cracklebarrel cabelas petco petsmart autozone"
    " oreillys o'reillys oreilly napa nordstrom tjmaxx marshalls ross bestbuy homedepot michaels"
    " hobbylobby harborfreight ups fedex usps amazon uhaul greyhound amtrak marriott hilton"
    " hyatt ramada howardjohnson motel6 super8 comerica chase-bank wellsfargo bofa citibank pnc"
    " adt vivint brinks simplisafe honeywell ring simplex onstar siriusxm lyft uber"
)
BRANDS -= word_set(
    "loves ross pilot marathon ring michaels subway sonic brinks oreilly napa bp ups"
)
PLACE_WORDS = word_set(
    "park school elem elementary middle high hs ms academy college university univ hospital"
    " hosp clinic medical center ctr church chapel cathedral temple mosque library museum mall"
    " plaza hotel motel inn suites lodge apartments apts manor village estates terrace towers"
    " tower gardens heights hts subdivision mhp grill cafe restaurant diner bar pub tavern pizza"
    " bbq bakery market mart foods grocery pharmacy drug drugs store shop motors auto automotive"
    " tire ford chevrolet toyota honda bank cu county co parish township twp city lake river"
    " creek bridge dam field stadium arena gym hall house-of farm farms ranch controls"
    " construction plumbing electric heating roofing trucking transport logistics industries inc"
    " llc corp company bros brothers sons funeral cemetery beach island airport station depot"
    " elementry nursing rehab daycare preschool salon barber spa liquor liquors cleaners"
    " hardware supply lumber"
)
PLACE_WORDS -= word_set(
    "co bar ms hs house-of brothers sons spa barber high middle ford toyota honda"
)
STREET_WORDS = SURE | word_set(
    "street road lane court circle place terrace trail highway loop pike"
)
"""After a name these make a street of it, wherever it stands."""

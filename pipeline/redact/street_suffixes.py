"""Holds the words that end names of streets, for rules and for names alike.

In: nothing. Out: sets of lower-case words, after Appendix C of USPS Publication 28, with what
dispatchers write besides. It decides nothing; the narrower list of public texts is ``strict``'s.
"""

from __future__ import annotations

from pipeline.redact.vocabulary import word_set

__all__ = ["DOUBTFUL", "HOUSE_ONLY", "SURE"]

# A word before one of these is a street's name, whatever it is.
SURE = word_set(
    "av ave aven avenue bl blvd blv boulevard cir crt ct expwy expy ln mnr pkwy parkway pky rd"
    " st ter terr tpke trl xing dr hwy rte pl aly cres wy blf bnd hllw trce pth pnt vly str"
)
# Ordinary words, too: streets only behind a number, a cue, or between capitals.
DOUBTFUL = word_set(
    "road street drive lane court circle place way terrace trail loop run pass path bend"
    " crossing row square plaza alley point ridge hill hills hollow heights manor meadow meadows"
    " grove glen creek cove landing crescent highway turnpike expressway spur trace route pike"
    " yard walk"
)
# Only behind a house number.
HOUSE_ONLY = word_set(
    "rdg drv bch bluff brook canyon cl cor courts crk crest crst cts cv driv estates fld flats"
    " ferry frwy freeway gardens gdns gln grv harbor hbr hts hl hls holw island knl knoll knolls"
    " lndg lp mdw mdws mews mill mills nest park plz pt race rnch ranch sq trls view vw villa vlg"
    " village vista vis lake lk fork fk farm junction jct prairie yd bnd crossroads cutoff rdge"
    " hght"
)

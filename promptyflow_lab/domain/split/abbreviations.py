"""Words that carry a full stop of their own, English and Russian in one table, in lower case."""

from __future__ import annotations

from typing import Final


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


LEADING: Final = _words(
    """
    mr mrs ms mx messrs dr drs prof rev hon pres sen rep reps sens gen col capt cpt cmdr sgt cpl pvt
    supt insp ofc hosp atty attys fr ste mt mts adm maj lt mlle mme mssrs ald dist bro
    e.g i.e eg ie viz cf vs v ca approx resp incl excl aka a.k.a w.r.t n.b q.v ibid al
    p.s p.p.s ps eds trans illus repr univ acct addr assn attn brig comdr natl intl
    orig pseud retd treas nee
    lem thm cor attrib lat gk

    т.е т.к т.н т.о т.наз т.ск и.о в.о и.п т.с т.ч
    ул пер просп пр-т пр-кт бул бульв б-р наб мкр мкрн р-н респ пос пгт дер хут ст-ца ст-ция пл
    г-н г-жа г-на г-ну г-жи г-же г-ном г-жу г-да гр-н гр-ка гр-не гр-на д-р д-ра д-ру д-ром
    проф доц акад чл.-корр член-корр чл.-кор чл канд к.т.н к.ф.н к.и.н к.м.н к.ю.н к.э.н к.п.н
    д.т.н д.ф.н д.и.н д.м.н д.ю.н д.э.н к.ф.-м.н д.ф.-м.н
    асп преп тов гос гражд инж арх худ комп муз соч сост изд-во отв примеч илл
    дж вс вл им св свв прп патр митр архиеп еп архим прот иер
    ген ген.-майор ген.-лейт полк подполк лейт серж адм кап маршал нач зам пом врио замнач
    см ср напр букв досл перен устар прост уменьш разг
    англ нем франц фр итал исп лат греч др.-греч польск япон тюрк слав церк.-слав сканд швед норв
    фин венг чеш болг араб перс санскр евр нидерл румын монг татар башк казах узб арм груз укр
    прибл ок соотв ориг прил указ цит сокр урожд
    сев зап вост южн сев.-зап сев.-вост юго-вост юго-зап с.-з ю.-з с.-в ю.-в
    муж жен ед мн прич нареч прилаг сущ числ
    корп оф тел доб факс рис табл илл абз разд подп вып
    искл включ макс бывш нын стб тт пп гг-х
    """
)
"""Something always follows: a name, a number, the word explained. Never the end of a sentence."""

NUMBERED: Final = _words(
    """
    no art arts op ext tab bk
    jan feb mar apr jun jul aug sep sept oct nov dec
    п с ст кв ч т д лит эт род
    """
)
"""Ends no sentence when a number follows; otherwise a word like any other."""

TRAILING: Final = _words(
    """
    etc min max hrs secs mins yrs mos wks lbs oz mph kph rpm pct
    mon tue tues wed thu thur thurs fri sat sun
    др пр проч тд тп т.д т.п у.е коп руб долл дол грн сек мин час чел экз шт сут мес нед
    мм км см га м л тыс млн млрд трлн кв.м куб.м кв куб мл кг мг квт вт л.с км/ч кб мб гб тб
    т.д. т.п. пред обл
    """
)
"""Often the last word of a sentence: a capital behind it begins a new one."""

EITHER: Final = _words(
    """
    inc ltd co corp bros llc llp plc jr sr esq est hr sec yr mo wk lb ft yd mi dept div bldg ave
    blvd rd st ln pkwy sq hwy ctr assoc ind mfg gov ed rt pub ref temp tel def prop var obj subj
    ph.d m.d b.a m.a b.sc m.sc mba cont supp
    nos nr p pp pg pgs vol vols fig figs ch chap chaps sect eq eqs para paras apt apts rm pt pts
    ver sess exs stat cl гл кн стр
    г гг в вв р н.э до.н.э гр ред изд упр ком зав реж мед юр физ мат хим биол
    геогр ист филос филол техн экон студ пол гор о-в оз край кит мин-во стат ст.ст
    тип лаб каф фак ф-т ин-т ун-т б-ка с/х н/д ж/д ж.-д с.-х ш туп мгн сред
    спец кон нац межд рег мест пром обществ
    """
)
"""As likely to lead as to end: the end of a sentence only when a typical opening word follows."""

WITH_NUMBER: Final = _words("г гг в вв р с д л м т ч ст п к кв тыс млн млрд мин сек час гр")
"""A unit behind a number (`1941 г.`), a leader elsewhere (`г. Москва`)."""

ANY: Final = LEADING | NUMBERED | TRAILING | EITHER | WITH_NUMBER

NEAR_HOUR: Final = _words(
    """
    monday tuesday wednesday thursday friday saturday sunday january february march april may june
    july august september october november december mon tue tues wed thu thur thurs fri sat sun
    jan feb mar apr jun jul aug sep sept oct nov dec eastern central pacific mountain atlantic
    greenwich zulu moscow london paris berlin tokyo beijing
    """
)
"""Words with a capital that go on behind an hour: `5 p.m. Eastern`, `5 p.m. Friday`."""

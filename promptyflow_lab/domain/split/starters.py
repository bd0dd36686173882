"""Words that begin a sentence far more often than they follow an abbreviation."""

from __future__ import annotations

import re
from typing import Final

_WORDS = """
    a about above after afterwards again all almost already also although always an and another
    any anyone anything are as asked at because before besides both but by can could despite did
    do does don't doubtless during each either even eventually every everyone everything finally
    first for fortunately from furthermore had has have having he hence her here his how however
    i i'd i'll i'm i've if in indeed instead is isn't it it's its just last later let let's like
    many maybe meanwhile might more moreover most much must my neither never nevertheless next
    no nobody none nor not nothing now obviously of often oh ok okay on once one only or other
    others otherwise our perhaps please pretty quite rather really recently see several shall
    she should similarly since so some somebody someone something sometimes soon still such
    suddenly sure surely than thank thanks that that's the their them then there there's
    therefore these they they're this those though through thus to today together tomorrow too
    under unfortunately unless unlike until upon usually very was wasn't we we're well were what
    what's whatever when whenever where whereas whether which while who whoever whom whose why
    will with within without won't would yes yesterday yet you you're your
    а авось автор без более больше будем будет будто будут бы был была были было быть в вам вас
    ваш ваша ваше ваши вдруг ведь везде весь вместе вместо вначале внезапно во вокруг вообще вот
    впервые впоследствии впрочем все всегда всего всё всем всех вскоре всю вся всякий вчера вы
    где далее да давай давайте даже для до долго дальше другие другой его ему если есть ещё еще
    ею её ее жаль за зато зачем здесь и из или именно иногда иначе их к каждая каждое каждый
    кажется как какая какие какой когда конечно короче которая которые который кроме кстати кто
    куда ли либо лишь любой между меня мне многие много может можно мой моя мы на над надо
    наверное наконец нам нас наш наша наше наши не неужели него нельзя несмотря нет неё ни
    никогда никто ничего но ну нужно о об обычно один однако одна одни он она они оно опять от
    отсюда очень перед по под поэтому пока после потом потому почему почти правда при примерно
    про просто пусть раньше разве сам сама сами самое самый сейчас сегодня сначала со согласно
    спасибо сразу среди стоит так также такая такие такого такое такой там твой тем теперь тех
    то тогда того тоже только том тот точно ту тут ты у уже хорошо хотя чего чем через что чтобы
    чуть эта эти это этого этой этом этому этот эту я
    автор окончил окончила окончили работал работала умер умерла умерли жил жила жили служил служила
    участвовал участвовала похоронен похоронена похоронены награждён награжден награждена избран
    избрана назначен назначена основан основана основано построен построена построено расположен
    расположена расположено получил получила получили стал стала стало стали был были
"""

STARTERS: Final = frozenset(_WORDS.split())

OPENING_VERB: Final = re.compile(r"[а-яё]{3,40}(?:л[ао]?сь|лся|лись|[еи]тся|[юя]тся)\Z")
"""A reflexive verb: `Родился в Туле`; no name ends so."""

"""A large text of the mixture people paste: English, Russian, Markdown and code."""

from __future__ import annotations

import random

ENGLISH = """\
The committee met on {n} March in Washington, D.C. and adjourned before noon.
Dr. Allen said that {n} of the samples were lost, e.g. those from the first week.
Was it worth the trouble? Nobody could tell!
"We have no choice," she said. "Either we go now or we wait until {n} p.m. tomorrow."
Prices rose by {n}.5 percent, while wages (see p. {n} of the report) stayed where they were.
It rained.
According to Smith et al. the effect is small; others disagree...
You can read more at https://example.com/archive/{n}.html if you have the time.
After all, the U.S. Senate had rejected the proposal twice, and nobody expected a third attempt.
He lived at 221B Baker St. for {n} years, or so the story goes.
"""
RUSSIAN = """\
Заседание состоялось {n} марта в г. Туле и закончилось к 14 ч. 30 мин. по местному времени.
Проф. А. С. Белов отметил, что {n} образцов утеряны, т. е. вся первая неделя пропала.
Стоило ли оно того? Никто не знает!
«Выбора у нас нет, — сказала она. — Или едем сейчас, или ждём до {n} часов».
Цены выросли на {n},5 %, а зарплаты (см. с. {n} отчёта) остались прежними.
Шёл дождь.
В XIX в. здесь стояли дома, лавки, склады и т. д. Потом всё снесли...
Подробнее — на https://example.ru/archive/{n}.html, если хватит времени.
Стоимость работ составила {n} млн руб. и до конца 1998 г. не менялась.
Он жил на ул. Лесной, д. {n}, кв. 5, но теперь переехал.
"""
MARKDOWN = """\
## Section {n}. Getting started

Install the package with `pip install demo=={n}.0. Then` and read [the guide. Part {n}](https://e.com/g).

- first item, short
- second item. It has two sentences.
- **third** item

| name | value |
|------|-------|
| a. b | {n}.5  |

> A quotation that goes on
> over two lines. It ends here.

```python
def area(r: float) -> float:
    # Return the area. Nothing else.
    return 3.14159 * r ** {n}
```

"""
CODE = """\
def handler_{n}(request, response):
    \"\"\"Answer one request. Never raises.\"\"\"
    value = request.args.get("value_{n}", default={n}.0)
    if value is None or value < 0:
        raise ValueError("no value. Please give one.")
    return response.json({{"value": value, "next": value + 1}})

"""
SHARES = ((ENGLISH, 0.4), (RUSSIAN, 0.4), (MARKDOWN, 0.12), (CODE, 0.08))


def mixed(length: int, seed: int = 7) -> str:
    """Make a text of `length` characters, the same for the same seed."""
    chance = random.Random(seed)  # noqa: S311 - no secret
    blocks: list[str] = []
    for sample, share in SHARES:
        written = 0
        while written < length * share:
            block = _block(sample, chance)
            blocks.append(block)
            written += len(block)
    chance.shuffle(blocks)
    return "".join(blocks)[:length]


def _block(sample: str, chance: random.Random) -> str:
    if sample in (MARKDOWN, CODE):
        return sample.format(n=chance.randrange(2, 999))
    lines = sample.splitlines()
    said = (chance.choice(lines).format(n=chance.randrange(2, 999)) for _ in range(6))
    return " ".join(said) + "\n\n"

"""Makes the two invented tables beside this file: nobody in them exists."""

import random
from pathlib import Path


def table(year: int, count: int) -> str:
    draw = random.Random(year)
    lines = ["child,age,sex,province,harm,days_to_interview,break_offered"]
    for number in range(count):
        # One child in ten is heard twice.
        child = draw.randrange(number) if number and draw.random() < 0.1 else number
        of_child = random.Random(f"{year}-{child}")
        age = min(17, max(3, round(of_child.gauss(12.5, 3.2))))
        sex = "female" if of_child.random() < 0.78 else "male"
        province = of_child.choices(["12", "08", "17", "02", "07"], [5, 3, 3, 2, 1])[0]
        harm = draw.choices(["sexual", "physical", "trafficking", "online"], [6, 2, 1, 1 + (year - 2025) * 2])[0]
        days = min(60, int(draw.expovariate(1 / (9 if year == 2025 else 6))))
        offered = "yes" if draw.random() < (0.6 if year == 2025 else 0.8) else "no"
        lines.append(f"c{child},{age},{sex},{province},{harm},{days},{offered}")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    for year, count in [(2025, 420), (2026, 510)]:
        (Path(__file__).parent / f"interviews-{year}.csv").write_text(table(year, count), "utf-8")

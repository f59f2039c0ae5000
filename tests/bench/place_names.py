"""A county of made-up places, and what people type when they look for them; the same for the same seed."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from bookings.models import PlaceKind


def words(text: str, between: str = " ") -> list[str]:
    return text.replace("\n", between if between == " " else "").split(between)


BEGINS = words("""Oak Ash Elm Wood Stone Clay Mill Brook Whit Black Nor Sut Wes Eas Hamble Edith Exe Lang Cottes Empin Kett Barrow
Lydd Bis Mar Uppin Thist Glas Pres Ridling War Tin Grim Harro Kirk Leem Mel Pick Ske Thor Wath Azer Brad Cro Dal Farn Gals Hov""")
MIDDLES = ["", *words("en er ing bar low hol dar mar sel wen")]
ENDS = words("ham ton by thorpe more well ley den don gham ington wick worth field ford stead")
BEFORE = ("", "", "", "", "Great ", "Little ", "North ", "South ", "Upper ", "Nether ", "Market ", "Kirkby ")
STREETS = words(
    """High Street,Church Lane,Main Street,Station Road,Mill Lane,The Green,Church Street,School Lane,
Back Lane,Chapel Street,Manor Road,Park Road,Victoria Road,New Road,West End,King's Close,St Mary's Road""",
    between=",",
)
TREES = words("Oak Ash Elm Beech Lime Cedar Rowan Willow Maple Alder Hawthorn Holly Larch Birch")
WAYS = words("Close Road Avenue Drive Crescent Court Gardens Way Grove Lane Street Walk")
LANDMARKS = words(
    """St. Mary's Church,St. Peter's Church,Co-op Food,Tesco Express,The Crown Inn,The Fox & Hounds,Village Hall,
{} Surgery,{} Primary School,{} Pharmacy,{} Library,{} Medical Centre,{} Post Office,{} Cricket Club""",
    between=",",
)
SHARES = {PlaceKind.SETTLEMENT: 0.02, PlaceKind.STREET: 0.38, PlaceKind.LANDMARK: 0.2, PlaceKind.POSTCODE: 0.4}
WEST, SOUTH, EAST, NORTH = -1.80, 54.05, -1.35, 54.35


@dataclass(frozen=True, slots=True)
class Made:
    kind: PlaceKind
    name: str
    detail: str
    code: str
    lon: float
    lat: float


@dataclass(frozen=True, slots=True)
class Typed:
    """What somebody typed; `how` says what about it is hard."""

    how: str
    q: str
    near: str


def county(count: int, seed: int = 1) -> list[Made]:
    """So many places: settlements, streets and landmarks in them, and postcodes."""
    dice = Random(seed)
    made = {kind: max(1, round(count * share)) for kind, share in SHARES.items()}
    towns = [_place(dice, PlaceKind.SETTLEMENT, _town(dice), "Village", n) for n in range(made[PlaceKind.SETTLEMENT])]
    streets = [
        _place(dice, PlaceKind.STREET, _street(dice, towns), dice.choice(towns).name, n) for n in range(made[PlaceKind.STREET])
    ]
    landmarks = []
    for n in range(made[PlaceKind.LANDMARK]):
        town = dice.choice(towns).name
        landmarks.append(_place(dice, PlaceKind.LANDMARK, dice.choice(LANDMARKS).format(town), f"Landmark, {town}", n))
    postcodes = [_place(dice, PlaceKind.POSTCODE, _postcode(n), "", n) for n in range(made[PlaceKind.POSTCODE])]
    return [*towns, *streets, *landmarks, *postcodes]


def _place(dice: Random, kind: PlaceKind, name: str, detail: str, number: int) -> Made:
    code = name.replace(" ", "") if kind == PlaceKind.POSTCODE else f"{kind[0]}{number}"
    return Made(kind, name, detail, code, round(dice.uniform(WEST, EAST), 6), round(dice.uniform(SOUTH, NORTH), 6))


def _town(dice: Random) -> str:
    return dice.choice(BEFORE) + dice.choice(BEGINS) + dice.choice(MIDDLES) + dice.choice(ENDS)


def _street(dice: Random, towns: list[Made]) -> str:
    of_town = f"{dice.choice(towns).name} Road"
    return dice.choice(
        (dice.choice(STREETS), f"{dice.choice(TREES)} {dice.choice(WAYS)}", f"{_town(dice)} {dice.choice(WAYS)}", of_town)
    )


def _postcode(number: int) -> str:
    letters = "ABDEFGHJLNPQRSTUWXYZ"
    sector, unit = divmod(number, len(letters) ** 2)
    district, sector = divmod(sector, 10)
    return f"HG{district + 1} {sector}{letters[unit // len(letters)]}{letters[unit % len(letters)]}"


def typed(places: list[Made], count: int, seed: int = 2) -> list[Typed]:
    """So many searches for places of the county: in whole, half typed, misspelt, in another order, near somewhere or not."""
    dice = Random(seed)
    found = []
    for number in range(count):
        place = dice.choice(places)
        near = f"{round(dice.uniform(WEST, EAST), 4)},{round(dice.uniform(SOUTH, NORTH), 4)}" if number % 2 else ""
        if place.kind == PlaceKind.POSTCODE:
            how, q = dice.choice((("postcode", place.name.lower()), ("part of a postcode", place.name[: dice.randint(2, 6)])))
        else:
            how, q = dice.choice(list(_ways_to_type(dice, place).items()))
        found.append(Typed(how, q, near))
    return found


def _ways_to_type(dice: Random, place: Made) -> dict[str, str]:
    first, *rest = place.name.split()
    cut = dice.randrange(1, len(place.name) + 1)
    slip = dice.randrange(1, max(2, len(first) - 1))
    return {
        "whole name": place.name,
        "half typed": place.name[:cut],
        "a letter left out": " ".join([first[:slip] + first[slip + 1 :], *rest]),
        "name and settlement": f"{place.name} {place.detail.removeprefix('Landmark, ')}",
        "settlement first": f"{place.detail.removeprefix('Landmark, ')} {place.name}".lower(),
        "run together": place.name.replace(" ", ""),
        "with a house number": f"{dice.randint(1, 99)} {place.name}",
        "one common word": dice.choice(("road", "street", "st", "church", "co-op", "high", "the")),
    }

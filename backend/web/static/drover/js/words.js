// Times, money and people in words. Clock times are read off the API's text, which is in the service's own zone.

export const clock = (at) => (at ? at.slice(11, 16) : "–");
export const instant = (at) => Date.parse(at);
export const minutes = (seconds) => `${Math.round(seconds / 60)} min`;
export const pounds = (pence) => (pence === 0 ? "free" : `£${(pence / 100).toFixed(2)}`);
/** `Masham, Market Place`, and `Ripon Schools` where the name tells the settlement already. */
export function stopName({ name, settlement }) {
  return !settlement || name.startsWith(settlement) ? name : `${settlement}, ${name}`;
}
export const share = (part) => `${Math.round(part * 100)} %`;

export const STATUS = {
  held: "Held",
  confirmed: "Confirmed",
  aboard: "On board",
  completed: "Completed",
  expired: "Expired",
  cancelled: "Cancelled",
  no_show: "Not there",
};

const PARTY = [
  ["adults", "adult", "adults"],
  ["concessions", "pass holder", "pass holders"],
  ["children", "child", "children"],
  ["under5", "under 5", "under 5"],
  ["companions", "companion", "companions"],
  ["wheelchairs", "wheelchair", "wheelchairs"],
  ["assistance_dogs", "assistance dog", "assistance dogs"],
  ["prams", "pram", "prams"],
  ["luggage", "luggage", "pieces of luggage"],
];

/** [[icon, "2 adults"], ...] of a party. */
export function people(party) {
  return PARTY.filter(([kind]) => party[kind] > 0).map(([kind, one, many]) => [kind, `${party[kind]} ${party[kind] === 1 ? one : many}`]);
}

export function onBoard(load) {
  const chairs = load.wheelchairs ? `, ${load.wheelchairs} ${load.wheelchairs === 1 ? "wheelchair" : "wheelchairs"}` : "";
  return `${load.seats} ${load.seats === 1 ? "seat" : "seats"}${chairs}`;
}

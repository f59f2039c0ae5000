// A letter, a colour and a dash for each shift: colours that differ under every colour blindness, never colour alone.

const LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ";
const COLOURS = ["a", "b", "c", "d", "e", "f"];
const DASHES = [null, "14 5", "2 6", "12 5 2 5"];

export function look(day, id) {
  const at = day.shifts.findIndex((shift) => String(shift.id) === String(id));
  if (at < 0) return null;
  return { letter: LETTERS[at % LETTERS.length], tone: `tone-${COLOURS[at % COLOURS.length]}`, dash: DASHES[at % DASHES.length] };
}

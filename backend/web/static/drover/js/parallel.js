// Lines that share a road, drawn side by side, as on the map of an underground.

/** The pixels of a line moved sideways: to the same side of the road whichever way it is driven. */
export function beside(points, offset) {
  const line = points.filter((point, at) => at === 0 || point.distanceTo(points[at - 1]) > 0.5);
  if (!offset || line.length < 2) return line;
  const sides = line.slice(1).map((point, at) => side(line[at], point));
  return line.map((point, at) => {
    const [before, after] = [sides[Math.max(at - 1, 0)], sides[Math.min(at, sides.length - 1)]];
    const [x, y] = [before.x + after.x, before.y + after.y];
    const length = Math.hypot(x, y) || 1;
    return point.add([(x / length) * offset, (y / length) * offset]);
  });
}

function side(from, to) {
  const length = from.distanceTo(to) || 1;
  const [x, y] = [(from.y - to.y) / length, (to.x - from.x) / length];
  return x < 0 || (x === 0 && y < 0) ? { x: -x, y: -y } : { x, y };
}

// What is read at all: the same limits as matching/decoding.py.
const MOST_BYTES = 20_000_000;
const MOST_PIXELS = 50_000_000;
const LONGEST_SIDE = 65_535;
const SHORTEST_SIDE = 5;

/** A picture that can't be hashed; `reason` is a key of the page's words. */
class Unhashable extends Error {
  constructor(reason) {
    super(reason);
    this.reason = reason;
  }
}

function checkSize(width, height) {
  if (width * height > MOST_PIXELS || Math.max(width, height) > LONGEST_SIDE) throw new Unhashable("bomb");
  if (Math.min(width, height) < SHORTEST_SIDE) throw new Unhashable("too_small");
}

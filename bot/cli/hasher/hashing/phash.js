// The perceptual hash of imagehash (`phash`, hash size 16): Pillow's Lanczos to 64 x 64, a cosine
// transform, 16 x 16 low waves against their median. Pillow resizes in whole numbers of 22 bits
// (src/libImaging/Resample.c), so the same is done here, step by step.

const PHASH_SIDE = 64;
const PHASH_WAVES = 16;
const LANCZOS = 3;
const PRECISION = 2 ** 22;

/** For each of 64 outputs: where its window begins, and its whole-number weights. */
function lanczosWindows(length) {
  const scale = length / PHASH_SIDE;
  const stretch = Math.max(scale, 1);
  return Array.from({ length: PHASH_SIDE }, (_, output) => {
    const centre = (output + 0.5) * scale;
    const begin = Math.max(0, Math.trunc(centre - LANCZOS * stretch + 0.5));
    const end = Math.min(length, Math.trunc(centre + LANCZOS * stretch + 0.5));
    const raw = Array.from({ length: end - begin }, (_, at) => lanczos((at + begin - centre + 0.5) * (1 / stretch)));
    const sum = raw.reduce((total, each) => total + each, 0);
    const weights = raw.map((each) => Math.trunc((each / sum) * PRECISION + (each / sum < 0 ? -0.5 : 0.5)));
    return { begin, weights: Int32Array.from(weights) };
  });
}

const sinc = (x) => (x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x));
const lanczos = (x) => (x >= -LANCZOS && x < LANCZOS ? sinc(x) * sinc(x / LANCZOS) : 0);
const toByte = (sum) => Math.max(0, Math.min(255, Math.floor((sum + PRECISION / 2) / PRECISION)));

function convolve({ begin, weights }, values, first, stride) {
  let sum = 0;
  for (let at = 0; at < weights.length; at += 1) sum += weights[at] * values[first + (begin + at) * stride];
  return toByte(sum);
}

/** Pillow 13 begins with the direction that loses more; rounding in between makes it tell. */
function newShrinker(width, height) {
  const isTall = height > PHASH_SIDE && height - PHASH_SIDE > 2 * (width - PHASH_SIDE);
  return isTall ? new TallShrinker(width, height) : new Shrinker(width, height);
}

/** Takes a picture's grey row by row, and then tells it as 64 x 64: across first, then down. */
class Shrinker {
  constructor(width, height) {
    this.columns = lanczosWindows(width);
    this.rows = lanczosWindows(height);
    this.narrow = new Uint8Array(height * PHASH_SIDE);
  }

  take(row, grey) {
    this.columns.forEach((window, column) => {
      this.narrow[row * PHASH_SIDE + column] = convolve(window, grey, 0, 1);
    });
  }

  small() {
    return Uint8Array.from({ length: PHASH_SIDE ** 2 }, (_, at) =>
      convolve(this.rows[Math.floor(at / PHASH_SIDE)], this.narrow, at % PHASH_SIDE, PHASH_SIDE));
  }
}

/** The same, down first: each row is added to the outputs whose windows it lies in. */
class TallShrinker {
  constructor(width, height) {
    this.width = width;
    this.columns = lanczosWindows(width);
    this.rows = lanczosWindows(height);
    this.sums = new Float64Array(PHASH_SIDE * width);
  }

  take(row, grey) {
    this.rows.forEach(({ begin, weights }, output) => {
      if (row < begin || row >= begin + weights.length) return;
      const sums = this.sums.subarray(output * this.width, (output + 1) * this.width);
      for (let at = 0; at < this.width; at += 1) sums[at] += weights[row - begin] * grey[at];
    });
  }

  small() {
    const low = Uint8Array.from(this.sums, toByte);
    return Uint8Array.from({ length: PHASH_SIDE ** 2 }, (_, at) =>
      convolve(this.columns[at % PHASH_SIDE], low, Math.floor(at / PHASH_SIDE) * this.width, 1));
  }
}

/** 64 hexadecimal digits of a grey picture of 64 x 64. */
function phashHex(small) {
  const waves = phashWaves(small);
  const sorted = waves.slice().sort();
  const median = (sorted[sorted.length / 2 - 1] + sorted[sorted.length / 2]) / 2;
  return hexOfBits(Array.from(waves, (value) => value > median));
}

function phashWaves(small) {
  const wave = (order, at) => 2 * Math.cos((Math.PI * order * (2 * at + 1)) / (2 * PHASH_SIDE));
  const half = new Float64Array(PHASH_WAVES * PHASH_SIDE);
  const found = new Float64Array(PHASH_WAVES ** 2);
  for (let order = 0; order < PHASH_WAVES; order += 1)
    for (let at = 0; at < PHASH_SIDE ** 2; at += 1)
      half[order * PHASH_SIDE + (at % PHASH_SIDE)] += wave(order, Math.floor(at / PHASH_SIDE)) * small[at];
  for (let at = 0; at < PHASH_WAVES ** 2; at += 1)
    for (let column = 0; column < PHASH_SIDE; column += 1)
      found[at] += half[Math.floor(at / PHASH_WAVES) * PHASH_SIDE + column] * wave(at % PHASH_WAVES, column);
  return found;
}

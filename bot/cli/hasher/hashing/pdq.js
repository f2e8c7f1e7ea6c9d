// Canonical PDQ with its eight dihedral forms, as matching/pdq.py computes it: two box blurs and
// sampling are one small matrix of weights, applied row by row, so no blurred copy is ever made.
// (Facebook's "The TMK+PDQF Video-Hashing Algorithm and the PDQ Image-Hashing Algorithm", 2019.)

const SAMPLES = 64;
const WAVES = 16;

/** For each of 64 samples: where its window begins, and its weights. */
function blurWindows(length) {
  const width = Math.ceil(length / (2 * SAMPLES));
  const right = width >> 1;
  const left = width - right - 1;
  const start = (at) => Math.max(at - left, 0);
  const end = (at) => Math.min(at + right + 1, length);
  return Array.from({ length: SAMPLES }, (_, sample) => {
    const centre = Math.floor(((2 * sample + 1) * length) / (2 * SAMPLES));
    const [first, after] = [start(centre), end(centre)];
    const begin = start(first);
    const weights = new Float64Array(end(after - 1) - begin);
    for (let inner = first; inner < after; inner += 1) {
      const share = 1 / ((after - first) * (end(inner) - start(inner)));
      for (let at = start(inner); at < end(inner); at += 1) weights[at - begin] += share;
    }
    return { begin, weights };
  });
}

/** Takes a picture's luma row by row, and then tells its 64 x 64 samples. */
class Sampler {
  constructor(width, height) {
    this.width = width;
    this.rows = blurWindows(height);
    this.columns = blurWindows(width);
    this.lines = new Float64Array(SAMPLES * width);
  }

  take(row, luma) {
    for (let sample = 0; sample < SAMPLES; sample += 1) {
      const { begin, weights } = this.rows[sample];
      if (row >= begin && row < begin + weights.length) this.add(sample, weights[row - begin], luma);
    }
  }

  add(sample, weight, luma) {
    const line = this.lines.subarray(sample * this.width, (sample + 1) * this.width);
    for (let at = 0; at < this.width; at += 1) line[at] += weight * luma[at];
  }

  samples() {
    const found = new Float64Array(SAMPLES * SAMPLES);
    for (let row = 0; row < SAMPLES; row += 1)
      this.columns.forEach(({ begin, weights }, column) => {
        let sum = 0;
        for (let at = 0; at < weights.length; at += 1) sum += weights[at] * this.lines[row * this.width + begin + at];
        found[row * SAMPLES + column] = sum;
      });
    return found;
  }
}

/** 0 to 100: the reference's sum of steps between neighbours, each cut to a whole number. */
function pdqQuality(samples) {
  let sum = 0;
  const step = (a, b) => Math.floor((Math.abs(samples[a] - samples[b]) * 100) / 255);
  for (let row = 0; row < SAMPLES; row += 1)
    for (let column = 0; column < SAMPLES; column += 1) {
      const at = row * SAMPLES + column;
      if (row + 1 < SAMPLES) sum += step(at, at + SAMPLES);
      if (column + 1 < SAMPLES) sum += step(at, at + 1);
    }
  return Math.min(Math.floor(sum / 90), 100);
}

/** 16 x 16 coefficients, without the constant ones. */
function pdqWaves(samples) {
  const wave = (order, at) => Math.sqrt(2 / SAMPLES) * Math.cos((Math.PI / (2 * SAMPLES)) * (order + 1) * (2 * at + 1));
  const half = new Float64Array(WAVES * SAMPLES);
  const found = new Float64Array(WAVES * WAVES);
  for (let order = 0; order < WAVES; order += 1)
    for (let row = 0; row < SAMPLES; row += 1)
      for (let column = 0; column < SAMPLES; column += 1)
        half[order * SAMPLES + column] += wave(order, row) * samples[row * SAMPLES + column];
  for (let order = 0; order < WAVES; order += 1)
    for (let other = 0; other < WAVES; other += 1)
      for (let column = 0; column < SAMPLES; column += 1)
        found[order * WAVES + other] += half[order * SAMPLES + column] * wave(other, column);
  return found;
}

/** Eight hashes in hexadecimal: as is, turned by 90, 180 and 270 degrees, upside down, mirrored,
 * transposed, transposed about the other diagonal. Mirrors are changes of sign. */
function pdqForms(waves) {
  const sign = (at) => (at % 2 ? 1 : -1);
  const plain = (row, column) => waves[row * WAVES + column];
  const flat = (row, column) => waves[column * WAVES + row];
  return [
    plain,
    (row, column) => flat(row, column) * sign(row),
    (row, column) => plain(row, column) * sign(row) * sign(column),
    (row, column) => flat(row, column) * sign(column),
    (row, column) => plain(row, column) * sign(row),
    (row, column) => plain(row, column) * sign(column),
    flat,
    (row, column) => flat(row, column) * sign(row) * sign(column),
  ].map(pdqHex);
}

/** One for each coefficient above the lower median; the last is first. */
function pdqHex(form) {
  const values = Float64Array.from({ length: WAVES * WAVES }, (_, at) => form(at >> 4, at & 15));
  const median = values.slice().sort()[values.length / 2 - 1];
  return hexOfBits(Array.from(values, (value) => value > median).reverse());
}

/** Four bits a digit, the first bit highest. */
function hexOfBits(bits) {
  let digits = "";
  for (let at = 0; at < bits.length; at += 4)
    digits += bits.slice(at, at + 4).reduce((sum, bit) => 2 * sum + Number(bit), 0).toString(16);
  return digits;
}

// One file becomes its hashes.

/** {sha256, pdq, quality, phash, forms} in hexadecimal; forms: the eight PDQs, the first is `pdq`.
 * file: a Blob. Throws Unhashable, and nothing else. */
async function hashFile(file) {
  try {
    if (file.size > MOST_BYTES) throw new Unhashable("too_large");
    const bytes = new Uint8Array(await file.arrayBuffer());
    const bitmap = await decodePicture(bytes);
    try {
      return { sha256: await sha256(bytes), ...hashPixels(bitmap) };
    } finally {
      bitmap.close?.();
    }
  } catch (flaw) {
    throw flaw instanceof Unhashable ? flaw : new Unhashable(flaw.name === "NotReadableError" ? "unreadable" : "crashed");
  }
}

async function sha256(bytes) {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return Array.from(digest, (each) => each.toString(16).padStart(2, "0")).join("");
}

function hashPixels(bitmap) {
  checkSize(bitmap.width, bitmap.height);
  const sampler = new Sampler(bitmap.width, bitmap.height);
  const shrinker = newShrinker(bitmap.width, bitmap.height);
  const luma = new Float64Array(bitmap.width);
  const grey = new Uint8Array(bitmap.width);
  eachRow(bitmap, (row, rgba) => {
    for (let at = 0, from = 0; at < luma.length; at += 1, from += 4) {
      const [red, green, blue] = [rgba[from], rgba[from + 1], rgba[from + 2]];
      luma[at] = 0.299 * red + 0.587 * green + 0.114 * blue;
      grey[at] = (19595 * red + 38470 * green + 7471 * blue + 0x8000) >> 16; // As Pillow makes grey.
    }
    sampler.take(row, luma);
    shrinker.take(row, grey);
  });
  const samples = sampler.samples();
  const forms = pdqForms(pdqWaves(samples));
  return { pdq: forms[0], quality: pdqQuality(samples), phash: phashHex(shrinker.small()), forms };
}

// Browsers turn a JPEG or PNG as its EXIF asks, a WebP they don't: so a WebP is turned here.

const TURNS = {
  2: (w) => [-1, 0, 0, 1, w, 0],
  3: (w, h) => [-1, 0, 0, -1, w, h],
  4: (w, h) => [1, 0, 0, -1, 0, h],
  5: () => [0, 1, 1, 0, 0, 0],
  6: (w, h) => [0, 1, -1, 0, h, 0],
  7: (w, h) => [0, -1, -1, 0, h, w],
  8: (w) => [0, -1, 1, 0, 0, w],
};

/** [bytes whose EXIF no browser will find, the orientation it asked for]. */
function withoutTurn(kind, bytes) {
  if (kind !== "webp") return [bytes, 1];
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = 12;
  while (at + 8 <= bytes.length && letters(bytes, at, 4) !== "EXIF") at += 8 + view.getUint32(at + 4, true) + (view.getUint32(at + 4, true) & 1);
  if (at + 8 > bytes.length) return [bytes, 1];
  const plain = bytes.slice();
  plain.fill(0x58, at, at + 4); // A chunk of an unknown name is skipped.
  return [plain, orientationOf(new DataView(bytes.buffer, bytes.byteOffset + at + 8))];
}

/** The orientation in a block of EXIF; damaged EXIF counts as none. */
function orientationOf(view) {
  try {
    const start = view.getUint32(0) === 0x45786966 ? 6 : 0; // Some writers keep JPEG's "Exif\0\0".
    const isLittle = view.getUint16(start) === 0x4949;
    const directory = start + view.getUint32(start + 4, isLittle);
    for (let entry = view.getUint16(directory, isLittle) - 1; entry >= 0; entry -= 1) {
      const at = directory + 2 + 12 * entry;
      if (view.getUint16(at, isLittle) === 0x112) return view.getUint16(at + 8, isLittle);
    }
  } catch (flaw) {
    if (!(flaw instanceof RangeError)) throw flaw;
  }
  return 1;
}

/** The picture upright: itself, or a turned copy of it. */
function turned(bitmap, orientation) {
  const turn = TURNS[orientation];
  if (!turn) return bitmap;
  const [width, height] = orientation > 4 ? [bitmap.height, bitmap.width] : [bitmap.width, bitmap.height];
  const canvas = newCanvas(width, height);
  const pen = canvas.getContext("2d", { willReadFrequently: true, colorSpace: "srgb" });
  pen.setTransform(...turn(bitmap.width, bitmap.height));
  pen.drawImage(bitmap, 0, 0);
  return canvas;
}

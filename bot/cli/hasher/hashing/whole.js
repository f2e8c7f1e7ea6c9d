// A browser fills up what is cut off with grey; here a file must be whole, as in matching/decoding.py.

/** Throws Unhashable("truncated") where the file ends before its first picture does. */
function checkWhole(kind, bytes) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let whole = false;
  try {
    whole = WHOLE[kind](view, bytes);
  } catch (flaw) {
    if (!(flaw instanceof RangeError)) throw flaw;
  }
  if (!whole) throw new Unhashable("truncated");
}

const WHOLE = {
  jpeg(view, bytes) {
    const scan = jpegMarker(view, (marker) => marker === 0xda);
    for (let at = bytes.length - 2; at > scan; at -= 1) if (bytes[at] === 0xff && bytes[at + 1] === 0xd9) return true;
    return false;
  },
  png(view, bytes) {
    let at = 8;
    while (letters(bytes, at + 4, 4) !== "IEND") at += 12 + view.getUint32(at);
    return at + 8 <= bytes.length;
  },
  webp: (view, bytes) => view.getUint32(4, true) + 8 <= bytes.length,
  gif(view, bytes) {
    let at = 13 + gifColours(view.getUint8(10));
    while (view.getUint8(at) === 0x21) at = afterBlocks(view, at + 2);
    if (view.getUint8(at) !== 0x2c) return false;
    return afterBlocks(view, at + 11 + gifColours(view.getUint8(at + 9))) <= bytes.length;
  },
  bmp(view, bytes) {
    const [width, height] = SIZES.bmp(view);
    const isPacked = view.getUint32(30, true) !== 0;
    const line = Math.ceil((view.getUint16(28, true) * width) / 32) * 4;
    return isPacked || view.getUint32(10, true) + line * height <= bytes.length;
  },
};

const gifColours = (flags) => (flags & 0x80 ? 3 * (2 << (flags & 7)) : 0);

function afterBlocks(view, at) {
  while (view.getUint8(at) !== 0) at += 1 + view.getUint8(at);
  return at + 1;
}

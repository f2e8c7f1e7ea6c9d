// The header is looked at before anything is decoded: what kind of file, and how large a picture.

const bigEndian = (view, at, bytes) => (bytes === 4 ? view.getUint32(at) : view.getUint16(at));
const letters = (bytes, at, length) => String.fromCharCode(...bytes.subarray(at, at + length));

/** The kind by its first bytes. Throws Unhashable for what this page does not read, by name. */
function kindOf(bytes) {
  const opening = letters(bytes, 0, 12);
  if (opening.startsWith("\xff\xd8\xff")) return "jpeg";
  if (opening.startsWith("\x89PNG\r\n")) return "png";
  if (opening.startsWith("GIF8")) return "gif";
  if (opening.startsWith("RIFF") && opening.endsWith("WEBP")) return "webp";
  if (opening.startsWith("BM")) return "bmp";
  if (opening.startsWith("RIFF") && opening.length < 12) throw new Unhashable("truncated");
  throw new Unhashable(otherKind(opening));
}

function otherKind(opening) {
  if (opening.startsWith("II*\0") || opening.startsWith("MM\0*")) return "elsewhere";
  if (opening.slice(4, 8) === "ftyp") return /hei|hev|mif1|msf1|avi[fs]/.test(opening.slice(8)) ? "elsewhere" : "video";
  const films = ["\x1aE\xdf\xa3", "FLV", "\0\0\x01\xba", "OggS", "0&\xb2u"];
  const isFilm = films.some((each) => opening.startsWith(each)) || (opening.startsWith("RIFF") && opening.endsWith("AVI "));
  return isFilm ? "video" : "not_media";
}

/** [width, height] as the file tells them. Throws Unhashable where the header is cut off. */
function sizeOf(kind, bytes) {
  try {
    return SIZES[kind](new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength), bytes);
  } catch (flaw) {
    if (flaw instanceof RangeError) throw new Unhashable("truncated");
    throw flaw;
  }
}

const SIZES = {
  png: (view) => [bigEndian(view, 16, 4), bigEndian(view, 20, 4)],
  gif: (view) => [view.getUint16(6, true), view.getUint16(8, true)],
  bmp: (view) => [Math.abs(view.getInt32(18, true)), Math.abs(view.getInt32(22, true))],
  webp: webpSize,
  jpeg: (view) => {
    const frame = jpegFrame(view);
    if (view.getUint8(frame + 9) === 4) throw new Unhashable("cmyk");
    return [bigEndian(view, frame + 7, 2), bigEndian(view, frame + 5, 2)];
  },
};

function webpSize(view, bytes) {
  const chunk = letters(bytes, 12, 4);
  const three = (at) => 1 + view.getUint16(at, true) + (view.getUint8(at + 2) << 16);
  if (chunk === "VP8X") return [three(24), three(27)];
  if (chunk === "VP8L") {
    const packed = view.getUint32(21, true);
    return [1 + (packed & 0x3fff), 1 + ((packed >>> 14) & 0x3fff)];
  }
  return [view.getUint16(26, true) & 0x3fff, view.getUint16(28, true) & 0x3fff];
}

/** Where the marker of the frame header stands (SOF0 to SOF15 without DHT, JPG and DAC). */
function jpegFrame(view) {
  return jpegMarker(view, (marker) => marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker));
}

function jpegMarker(view, isWanted) {
  for (let at = 2; ; at += 2 + view.getUint16(at + 2)) {
    while (view.getUint8(at) === 0xff && view.getUint8(at + 1) === 0xff) at += 1;
    if (view.getUint8(at) !== 0xff) throw new Unhashable("truncated");
    if (isWanted(view.getUint8(at + 1))) return at;
  }
}

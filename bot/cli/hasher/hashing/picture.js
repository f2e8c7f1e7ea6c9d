// From a file's bytes to the pixels of its first picture: full resolution, upright, laid on white.

const BAND_PIXELS = 1_000_000; // A band of rows at a time: the whole picture is never copied.

/** The decoded picture, a bitmap or a canvas. Throws Unhashable. */
async function decodePicture(bytes) {
  if (bytes.length === 0) throw new Unhashable("empty");
  if (bytes.length > MOST_BYTES) throw new Unhashable("too_large");
  const kind = kindOf(bytes);
  checkSize(...sizeOf(kind, bytes));
  checkWhole(kind, bytes);
  const [plain, orientation] = withoutTurn(kind, bytes);
  return turned(await decodeWhole(kind, plain), orientation);
}

async function decodeWhole(kind, bytes) {
  try {
    return await createImageBitmap(new Blob([bytes], { type: `image/${kind}` }), {
      imageOrientation: "from-image",
      premultiplyAlpha: "none",
      colorSpaceConversion: "none",
    });
  } catch {
    throw new Unhashable("truncated");
  }
}

/** Calls take(row, rgba) with the four bytes of each pixel of each row, from the top. */
function eachRow(bitmap, take) {
  const { width, height } = bitmap;
  const rows = Math.max(1, Math.min(height, Math.floor(BAND_PIXELS / width)));
  const pen = newCanvas(width, rows).getContext("2d", { willReadFrequently: true, colorSpace: "srgb" });
  pen.fillStyle = "#ffffff";
  for (let top = 0; top < height; top += rows) {
    const many = Math.min(rows, height - top);
    pen.fillRect(0, 0, width, many);
    pen.drawImage(bitmap, 0, top, width, many, 0, 0, width, many);
    const { data } = pen.getImageData(0, 0, width, many);
    for (let row = 0; row < many; row += 1) take(top + row, data.subarray(4 * row * width, 4 * (row + 1) * width));
  }
}

function newCanvas(width, height) {
  if (typeof OffscreenCanvas !== "undefined") return new OffscreenCanvas(width, height);
  return Object.assign(document.createElement("canvas"), { width, height });
}

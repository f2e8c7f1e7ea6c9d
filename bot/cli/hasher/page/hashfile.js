// The file that is saved: domain/hashfile.py reads it. Nothing but the canonical hashes goes in.
const MOST_ITEMS = 10_000;

/** prints: [{name, print}]. */
function hashFileText(prints, withNames) {
  const items = prints.map(({ name, print }) => ({
    ...(withNames ? { name: printable(name.split("/").pop()) } : {}),
    kind: "image",
    sha256: print.sha256,
    pdq: print.pdq,
    quality: print.quality,
    phash: print.phash,
  }));
  return `${JSON.stringify({ format: "ansim-hashes", version: 1, made_with: "ansim hasher", items }, null, 1)}\n`;
}

/** Without what a terminal would obey. */
const printable = (name) => name.toWellFormed?.().replace(/[\p{C}\p{Zl}\p{Zp}]/gu, "\ufffd") ?? name;

function save(text) {
  const address = URL.createObjectURL(new Blob([text], { type: "application/json" }));
  made("a", "", { href: address, download: "prints.json" }).click();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}

// The files that were chosen or dropped; folders opened all the way down, hidden files left out.
const LITTER = new Set(["thumbs.db", "desktop.ini"]);

const isHidden = (path) => path.split("/").some((part) => part.startsWith(".") || LITTER.has(part.toLowerCase()));

/** The files of a folder that was chosen. */
function filesOfFolder(chosen) {
  return [...chosen].filter((file) => !isHidden(file.webkitRelativePath || file.name)).sort(byPath);
}

const pathOf = (file) => file.webkitRelativePath || file.name;
const byPath = (one, other) => (pathOf(one) < pathOf(other) ? -1 : 1);

/** The files of a drop; must be called before the drop's event ends. */
async function filesOfDrop(transfer) {
  const items = [...transfer.items].filter((item) => item.kind === "file");
  const entries = items.map((item) => item.webkitGetAsEntry?.() ?? item.getAsFile());
  const found = [];
  for (const entry of entries) await addEntry(entry, found, true);
  return found;
}

async function addEntry(entry, found, isAsked) {
  if (entry instanceof File) found.push(entry);
  else if (!entry || (!isAsked && isHidden(entry.name))) return;
  else if (entry.isFile) found.push(await new Promise((keep, refuse) => entry.file(keep, refuse)));
  else for (const inner of await entriesOf(entry)) await addEntry(inner, found, false);
}

/** A browser hands a folder's entries out a hundred at a time. */
async function entriesOf(folder) {
  const reader = folder.createReader();
  const found = [];
  for (;;) {
    const some = await new Promise((keep, refuse) => reader.readEntries(keep, refuse));
    if (!some.length) return found.sort((one, other) => (one.name < other.name ? -1 : 1));
    found.push(...some);
  }
}

// One run over the chosen files, with its progress and its end.
const hands = new Hands();
const run = { prints: [], known: new Set(), failed: 0, same: 0, isGoing: false, isStopped: false };

function clearRun() {
  Object.assign(run, { prints: [], known: new Set(), failed: 0, same: 0 });
  clearLists();
}

async function hashAll(files) {
  if (run.isGoing) return;
  if (!files.length || run.prints.length + files.length > MOST_ITEMS) {
    tell(files.length ? "too_many" : "nothing");
    return;
  }
  begin(files.length);
  for (const [at, file] of files.entries()) {
    if (run.isStopped) break;
    show(at, files.length, file.name);
    await hashOne(file);
  }
  end();
}

async function hashOne(file) {
  const name = file.webkitRelativePath || file.name;
  try {
    keep({ name, print: await hands.hash(file) });
  } catch (flaw) {
    if (run.isStopped) return;
    run.failed += 1;
    showFailure({ name, reason: flaw.reason });
  }
}

function keep(entry) {
  const { sha256, pdq, quality, phash } = entry.print;
  const key = [sha256, pdq, quality, phash].join();
  if (run.known.has(key)) {
    run.same += 1;
    return;
  }
  run.known.add(key);
  run.prints.push(entry);
  showPrint(entry, run.prints.length);
}

function begin(total) {
  Object.assign(run, { isGoing: true, isStopped: false });
  byId("choices").disabled = true;
  byId("going").hidden = false;
  byId("result").hidden = true;
  byId("progress").max = total;
}

function show(done, total, name) {
  byId("progress").value = done;
  byId("now").textContent = say("working", { done: done + 1, total, name: printable(name) });
}

function end() {
  run.isGoing = false;
  byId("choices").disabled = false;
  byId("going").hidden = true;
  byId("result").hidden = false;
  byId("save").disabled = run.prints.length === 0;
  byId("saving").hidden = run.prints.length === 0;
  summarise();
  byId(run.prints.length ? "save" : "choose").focus();
}

function summarise() {
  byId("summary").textContent = say("summary", { made: run.prints.length, failed: run.failed, same: run.same });
}

/** A sentence about the choice as a whole. */
function tell(key) {
  byId("result").hidden = false;
  byId("saving").hidden = run.prints.length === 0;
  byId("summary").textContent = say(key);
}

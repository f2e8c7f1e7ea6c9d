// Pictures are hashed off the main thread, one at a time, by a worker that is replaced when it dies.
const PATIENCE_MS = 60_000;

class Hands {
  constructor() {
    const text = byId("hashing").textContent;
    this.source = URL.createObjectURL(new Blob([text], { type: "text/javascript" }));
    this.worker = null;
    this.number = 0;
  }

  /** As hashFile, but elsewhere; a file that hangs or kills the worker fails alone. */
  async hash(file) {
    this.worker ??= this.started();
    if (!this.worker) return hashFile(file); // A browser that allows no worker here.
    const number = (this.number += 1);
    try {
      return await this.answer(number, file);
    } catch (flaw) {
      if (["timeout", "crashed"].includes(flaw.reason)) this.dismiss();
      throw flaw;
    }
  }

  dismiss() {
    this.worker?.terminate();
    this.worker = null;
  }

  started() {
    try {
      return new Worker(this.source);
    } catch {
      return null;
    }
  }

  answer(number, file) {
    return new Promise((keep, refuse) => {
      const late = setTimeout(() => refuse(new Unhashable("timeout")), PATIENCE_MS);
      const done = (act) => (clearTimeout(late), act());
      this.worker.onerror = () => done(() => refuse(new Unhashable("crashed")));
      this.worker.onmessage = ({ data }) => {
        if (data.number !== number) return;
        done(() => (data.print ? keep(data.print) : refuse(new Unhashable(data.reason))));
      };
      this.worker.postMessage({ number, file });
    });
  }
}

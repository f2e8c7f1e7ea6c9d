// The same text runs in the page and in its worker; only in the worker does this answer.
if (typeof document === "undefined") {
  self.onmessage = async ({ data: { number, file } }) => {
    try {
      self.postMessage({ number, print: await hashFile(file) });
    } catch (flaw) {
      self.postMessage({ number, reason: flaw.reason });
    }
  };
}

// The WebSocket that tells what changed; when it drops it comes back, and everything is asked for again.

import { emit } from "./bus.js";

const WAITS_MS = [200, 500, 1000, 2000, 4000];
const SILENCE_MS = 16000;
let tries = 0;
let silent = 0;

/** Listen for as long as the page is open. */
export function listen() {
  const socket = new WebSocket(`ws://${location.host}/practice/live`);
  socket.addEventListener("open", () => {
    tries = 0;
    emit("line", true);
    emit("missed");
  });
  socket.addEventListener("message", (event) => {
    watchSilence(socket);
    for (const hint of JSON.parse(event.data)) emit(hint.what, hint);
  });
  socket.addEventListener("close", () => {
    clearTimeout(silent);
    emit("line", false);
    setTimeout(listen, WAITS_MS[Math.min(tries++, WAITS_MS.length - 1)]);
  });
  window.ansimLine = socket;
}

function watchSilence(socket) {
  clearTimeout(silent);
  silent = setTimeout(() => socket.close(), SILENCE_MS);
}

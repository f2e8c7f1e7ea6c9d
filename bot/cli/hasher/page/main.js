// The page's doors: buttons, keys and drops.
function openChooser(id, gather) {
  const chooser = byId(id);
  chooser.addEventListener("change", () => {
    const files = gather(chooser.files);
    chooser.value = "";
    hashAll(files);
  });
  return () => chooser.click();
}

byId("choose").addEventListener("click", openChooser("files", (chosen) => [...chosen]));
byId("choose-folder").addEventListener("click", openChooser("folder", filesOfFolder));
byId("save").addEventListener("click", () => save(hashFileText(run.prints, byId("with-names").checked)));
byId("again").addEventListener("click", () => (clearRun(), byId("choose").focus()));
byId("stop").addEventListener("click", () => {
  run.isStopped = true;
});

for (const button of document.querySelectorAll("[data-speak]")) {
  button.addEventListener("click", () => {
    speak(button.dataset.speak);
    if (run.prints.length || run.failed) summarise();
    sayCounts(run.prints.length);
  });
}

document.addEventListener("dragover", (event) => {
  event.preventDefault();
  byId("door").classList.add("over");
});
document.addEventListener("dragleave", (event) => {
  if (!event.relatedTarget) byId("door").classList.remove("over");
});
document.addEventListener("drop", async (event) => {
  event.preventDefault();
  byId("door").classList.remove("over");
  hashAll(await filesOfDrop(event.dataTransfer));
});

speak(language);

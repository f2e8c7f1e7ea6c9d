// What the officer sees of each file: its quality, or why it has no hash.
const MOST_ROWS = 300; // Beyond these a list is only counted; what failed is told in full.
const MOST_SHOWN = 20;
const POOR = 50;

function showFailure({ name, reason }) {
  const row = made("li");
  row.append(made("b", printable(name)), " ", made("span", say(reason), { "data-say": reason }));
  byId("failures").append(row);
  byId("failed").hidden = false;
}

function showPrint({ name, print }, count) {
  byId("succeeded").hidden = false;
  sayCounts(count);
  if (count > MOST_ROWS) return;
  const row = made("tr");
  const figure = made("td", String(print.quality));
  if (print.quality < POOR) figure.append(" ", made("span", say("poor"), { "data-say": "poor", class: "poor" }));
  row.append(made("th", printable(name), { scope: "row" }), figure);
  byId("prints").append(row);
  if (count <= MOST_SHOWN) showForms(name, print);
}

function sayCounts(count) {
  byId("rest").textContent = count > MOST_ROWS ? say("more", { count: count - MOST_ROWS }) : "";
  byId("limit").textContent = count > MOST_SHOWN ? say("advanced_limit", { count: MOST_SHOWN }) : "";
}

function showForms(name, print) {
  const forms = made("ol");
  print.forms.forEach((form) => forms.append(made("li", form)));
  byId("forms").append(made("h3", printable(name)), forms);
}

function clearLists() {
  for (const id of ["failures", "prints", "forms"]) byId(id).replaceChildren();
  for (const id of ["rest", "limit", "summary"]) byId(id).textContent = "";
  for (const id of ["failed", "succeeded", "result"]) byId(id).hidden = true;
}

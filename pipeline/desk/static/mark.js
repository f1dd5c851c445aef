// Marks words of a sampled record by keyboard or mouse. It writes lines into the form's own field:
// without it the same lines can be typed. Places are the server's; it counts no characters itself.

const $ = (selector, root = document) => root.querySelector(selector);
const $$ = (selector, root = document) => [...root.querySelectorAll(selector)];
const field = $("#marks");
const form = $("#review");
let chosen = null; // {text, from, to}: indices of words

const words = (text) => $$("[data-from]", text);
const say = (what) => ($("#marksaid").textContent = what);

function choose(text, from, to) {
  for (const other of $$(".marktext")) if (other !== text) show(other, null);
  chosen = { text, from, to };
  show(text, chosen);
}

function show(text, span) {
  const low = span ? Math.min(span.from, span.to) : -1;
  const high = span ? Math.max(span.from, span.to) : -1;
  words(text).forEach((word, place) => {
    word.setAttribute("aria-selected", place >= low && place <= high ? "true" : "false");
    word.classList.toggle("cursor", span !== null && place === span.to);
  });
  const at = span ? words(text)[span.to] : null;
  if (at) text.setAttribute("aria-activedescendant", at.id);
  else text.removeAttribute("aria-activedescendant");
}

function place() {
  if (!chosen) return null;
  const all = words(chosen.text);
  const first = all[Math.min(chosen.from, chosen.to)];
  const last = all[Math.max(chosen.from, chosen.to)];
  return `${chosen.text.dataset.place}:${first.dataset.from}-${last.dataset.to}`;
}

function add(line) {
  const lines = field.value.split("\n").filter((each) => each.trim() && each !== line);
  field.value = [...lines, line].join("\n");
  drawn();
  say(line);
}

function missed() {
  const where = place();
  if (where) add(`missed ${where} ${$("#kind").value}${$("#caller").checked ? " caller" : ""}`);
}

function needless() {
  const where = place();
  if (where) add(`needless ${where}`);
}

// Words that a line marks are underlined, whoever wrote the line.
function drawn() {
  for (const word of $$("[data-from]")) word.classList.remove("missed", "needless");
  for (const line of field.value.split("\n")) {
    const [fault, where] = line.trim().split(/\s+/);
    const found = /^(public|\d+):(\d+)-(\d+)$/.exec(where ?? "");
    if (!found || !["missed", "needless"].includes(fault)) continue;
    const text = $(`.marktext[data-place="${found[1]}"]`);
    if (!text) continue;
    for (const word of words(text))
      if (Number(word.dataset.from) < Number(found[3]) && Number(word.dataset.to) > Number(found[2]))
        word.classList.add(fault);
  }
}

function pressed(event) {
  const text = event.currentTarget;
  const last = words(text).length - 1;
  if (last < 0 || event.altKey || event.metaKey || (event.ctrlKey && event.key !== "Enter")) return;
  const now = chosen?.text === text ? chosen : { text, from: 0, to: -1 };
  const steps = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: 8, ArrowUp: -8, Home: -last - 1, End: last + 1 };
  if (event.key in steps) {
    const to = Math.max(0, Math.min(last, now.to + steps[event.key]));
    choose(text, event.shiftKey && now.to >= 0 ? now.from : to, to);
  } else if (event.key === "n") needless();
  else if (event.key === "c") {
    $("#caller").checked = !$("#caller").checked;
    say($("#caller").closest("label").textContent.trim() + ($("#caller").checked ? " ✓" : " –"));
  } else if (event.key === "m") $("#kind").focus();
  else if (event.key === "Backspace") {
    field.value = field.value.trimEnd().split("\n").slice(0, -1).join("\n");
    drawn();
  } else return;
  event.preventDefault();
}

if (form) {
  for (const text of $$(".marktext")) {
    text.addEventListener("keydown", pressed);
    text.addEventListener("focus", () => chosen?.text !== text && choose(text, 0, 0));
    text.addEventListener("click", (event) => {
      const at = words(text).indexOf(event.target.closest("[data-from]"));
      if (at >= 0) choose(text, event.shiftKey && chosen?.text === text ? chosen.from : at, at);
    });
  }
  $("#kind").addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !chosen || event.ctrlKey) return;
    event.preventDefault();
    missed();
    chosen.text.focus();
  });
  $("#missed").addEventListener("click", missed);
  $("#needless").addEventListener("click", needless);
  $("#withheld")?.addEventListener("click", () => add("withheld"));
  field.addEventListener("input", drawn);
  form.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && event.ctrlKey) form.requestSubmit();
  });
  $(".marktext")?.focus();
}

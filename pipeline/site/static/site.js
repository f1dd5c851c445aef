// Makes pages nicer; every page works without it. It asks nobody but this site, and keeps nothing.
"use strict";

// Times of publication in words of the reader's own clock, beside the agency's.
for (const time of document.querySelectorAll("time[datetime]")) {
  const when = new Date(time.dateTime);
  if (!Number.isNaN(when.getTime())) time.title = when.toLocaleString(document.documentElement.lang);
}

// A list of partners is searched by what it says, by a place's name, or by a ZIP code.
const search = document.querySelector("[data-search]");
if (search) setUpSearch(search);

function setUpSearch(form) {
  const root = document.body.dataset.root;
  const input = form.querySelector("input");
  const told = form.querySelector("[role=status]");
  const rows = [...document.querySelectorAll("[data-at]")];
  form.hidden = false;
  let last = 0;
  input.addEventListener("input", async () => {
    const turn = ++last;
    const words = folded(input.value);
    const spot = await spotOf(words, root);
    if (turn !== last) return;
    const ranked = rows.map((row) => ({ row, far: spot ? miles(spot, row) : 0, hit: !words || folded(`${row.textContent} ${row.parentElement.previousElementSibling?.textContent ?? ""}`).includes(words) }));
    const hits = ranked.some((each) => each.hit) && !/^\d{5}$/.test(words);
    let shown = 0;
    for (const { row, far, hit } of ranked) {
      const show = hits ? hit : Boolean(spot) && far <= 60;
      row.hidden = !show;
      shown += show;
    }
    told.textContent = form.dataset.found.replace("%", String(shown));
    for (const list of new Set(rows.map((row) => row.parentElement))) {
      const empty = [...list.children].every((row) => row.hidden);
      list.hidden = empty;
      list.previousElementSibling.hidden = empty;
    }
    document.dispatchEvent(new CustomEvent("found", { detail: spot }));
  });
}

function folded(text) {
  return text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase().trim();
}

const fetched = new Map();
async function part(address) {
  if (!fetched.has(address)) {
    fetched.set(address, fetch(address).then((answer) => (answer.ok ? answer.json() : null), () => null));
  }
  return fetched.get(address);
}

// What is typed stays here: only the first three digits of a ZIP, or the whole list, is asked for.
async function spotOf(words, root) {
  if (/^\d{5}$/.test(words)) {
    const zips = await part(`${root}assets/zip/${words.slice(0, 3)}.json`);
    return zips && zips[words] ? zips[words] : null;
  }
  if (words.length < 4 || /^\d/.test(words)) return null;
  const places = (await part(`${root}assets/places.json`)) || [];
  const found = places.find((each) => each[0] === words || `${each[0]}, ${each[1]}` === words);
  return found ? [found[2], found[3]] : null;
}

function miles(spot, row) {
  const [lon, lat] = row.dataset.at.split(",").map(Number);
  const wide = Math.cos((lat * Math.PI) / 180);
  return 69 * Math.hypot(lat - spot[1], (lon - spot[0]) * wide);
}

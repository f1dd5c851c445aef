// Verifies a receipt in the browser: signatures, paths to the signed root, and the links between entries.
// Asks no server for anything but public files of this site, and sends nothing anywhere.
"use strict";

const LOG = 1;
const encoder = new TextEncoder();

class Unproven extends Error {}

function bytes(base64) {
  try {
    return Uint8Array.from(atob(base64), (sign) => sign.charCodeAt(0));
  } catch {
    throw new Unproven("This is not a receipt.");
  }
}

function join(...parts) {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

function same(one, other) {
  return one.length === other.length && one.every((value, at) => value === other[at]);
}

async function sha256(body) {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", body));
}

function hex(body) {
  return [...body].map((value) => value.toString(16).padStart(2, "0")).join("");
}

const leafHash = (line) => sha256(join(Uint8Array.of(0), line));
const nodeHash = (left, right) => sha256(join(Uint8Array.of(1), left, right));

async function included(leaf, index, size, path, root) {
  if (!(Number.isSafeInteger(index) && index >= 0 && index < size)) return false;
  let [at, last, made] = [index, size - 1, leaf];
  const half = (value) => Math.floor(value / 2);
  for (const each of path) {
    if (last === 0) return false;
    if (at % 2 === 1 || at === last) {
      made = await nodeHash(each, made);
      while (at % 2 === 0 && at !== 0) [at, last] = [half(at), half(last)];
    } else {
      made = await nodeHash(made, each);
    }
    [at, last] = [half(at), half(last)];
  }
  return last === 0 && same(made, root);
}

function parseKey(text) {
  const name = text.slice(0, text.indexOf("+"));
  const rest = text.slice(name.length + 1);
  const raw = bytes(rest.slice(rest.indexOf("+") + 1));
  if (!name || raw.length !== 33 || raw[0] !== LOG) throw new Unproven("This site's key is damaged.");
  return { name, id: rest.slice(0, rest.indexOf("+")), raw };
}

// Returns false where this browser does not know Ed25519.
async function signs(key, text, signature) {
  const publicKey = await crypto.subtle.importKey(
    "raw", key.raw.slice(1), { name: "Ed25519" }, false, ["verify"],
  );
  return crypto.subtle.verify({ name: "Ed25519" }, publicKey, signature, encoder.encode(text));
}

async function readHead(note, keys) {
  const cut = note.lastIndexOf("\n\n");
  const text = note.slice(0, cut + 1);
  const [origin, size, root] = text.split("\n");
  const head = { origin, size: Number(size), root: bytes(root ?? "") };
  if (cut < 0 || String(head.size) !== size || head.root.length !== 32) {
    throw new Unproven("This is not a receipt: its checkpoint is torn.");
  }
  let signed = false;
  for (const line of note.slice(cut + 2).trimEnd().split("\n")) {
    const [dash, name, blob] = line.split(" ");
    if (dash !== "\u2014" || !blob) throw new Unproven("A signature line is torn.");
    const raw = bytes(blob);
    for (const key of keys) {
      const id = hex((await sha256(join(encoder.encode(`${key.name}\n`), key.raw))).slice(0, 4));
      if (key.name !== name || id !== key.id || hex(raw.slice(0, 4)) !== id) continue;
      if (!(await signs(key, text, raw.slice(4)))) throw new Unproven("The log's signature is forged.");
      signed ||= name === origin;
    }
  }
  if (!signed) throw new Unproven("No key of this site signed this receipt's checkpoint.");
  return head;
}

function parts(text) {
  const gap = text.indexOf("\n\n");
  const [first, extra, index, ...path] = text.slice(0, gap).split("\n");
  if (gap < 0 || first !== "c2sp.org/tlog-proof@v1" || !extra?.startsWith("extra ")) {
    throw new Unproven("This is not a receipt.");
  }
  let given;
  try {
    given = JSON.parse(new TextDecoder().decode(bytes(extra.slice(6))));
  } catch {
    throw new Unproven("This is not a receipt.");
  }
  const last = given.entries?.at(-1);
  if (!last || index !== `index ${last.index}` || path.join() !== last.proof.join()) {
    throw new Unproven("This is not a receipt.");
  }
  return { given, note: text.slice(gap + 2) };
}

async function verifyReceipt(text, keyTexts) {
  const { given, note } = parts(text);
  const head = await readHead(note, keyTexts.map(parseKey));
  const entries = [];
  // One approval told twice is not two, and the order is the log's.
  if (given.entries.some((each, at) => at > 0 && !(given.entries[at - 1].index < each.index))) {
    throw new Unproven("Its entries are not each there once, in the log's order.");
  }
  for (const { index, line, proof } of given.entries) {
    const leaf = await leafHash(encoder.encode(line));
    if (!(await included(leaf, index, head.size, proof.map(bytes), head.root))) {
      throw new Unproven(`Entry ${index} is not in the signed log.`);
    }
    entries.push({ index, ...JSON.parse(line) });
  }
  return { origin: head.origin, size: head.size, ...tell(String(given.alert), entries) };
}

function tell(alert, entries) {
  const of = (kind) => entries.filter((entry) => entry.kind === kind);
  const versions = of("decision")
    .filter((decision) => decision.body.alert === alert)
    .map((decision) => version(alert, decision, of));
  if (versions.length === 0) throw new Unproven(`No decision in it made the alert ${alert}.`);
  const withdrawn = of("retraction").filter((entry) => entry.body.alert === alert);
  return { alert, versions, withdrawn };
}

function version(alert, decision, of) {
  let candidate = decision.body.candidate;
  for (const edit of of("edit").filter((each) => each.index < decision.index).reverse()) {
    if (edit.body.becomes === candidate) candidate = edit.body.candidate;
  }
  const outcome = of("outcome").find((each) => each.body.candidate === candidate);
  if (!outcome || outcome.index >= decision.index || outcome.body.incident !== decision.body.incident) {
    throw new Unproven(`Entry ${decision.index} decides on what no earlier entry proposed.`);
  }
  const payload = outcome.body.payload;
  const landed = of("payload-landed").find((each) => each.body.payload === payload);
  if (!landed || landed.index >= outcome.index) {
    throw new Unproven(`Entry ${outcome.index} is the outcome of a payload that never arrived.`);
  }
  const approvals = of("decision").filter((each) =>
    each.index <= decision.index && each.body.candidate === decision.body.candidate &&
    each.body.verb === "approve");
  const needed = approvals.at(-1)?.body.needed ?? Infinity;
  if (new Set(approvals.map((each) => each.body.by)).size < needed) {
    throw new Unproven(`Entry ${decision.index} makes an alert that too few people approved.`);
  }
  const output = of("publication").find((each) => each.index > decision.index &&
    each.body.told.some((told) => told.alert === alert && told.version === decision.body.version));
  const findings = outcome.body.findings.length + outcome.body.more;
  return { number: decision.body.version, outcome, landed, approvals, findings, output };
}

function line(list, words) {
  const item = document.createElement("li");
  item.textContent = words;
  list.append(item);
}

async function show(story, list) {
  line(list, `Alert ${story.alert}: proven by the log ${story.origin} of ${story.size} entries.`);
  for (const each of story.versions) {
    const rules = Object.entries(each.outcome.body.versions).map((pair) => pair.join(" ")).join(", ");
    line(list, `Version ${each.number}, from ${each.outcome.agency}: the call came in at ${each.landed.at}.`);
    line(list, `It was judged by ${rules}; ${each.findings} private stretches were removed.`);
    line(list, `It was approved by ${each.approvals.length} named person(s).`);
    if (!each.output) {
      line(list, "This receipt shows no publication of it.");
      continue;
    }
    line(list, `It was published at ${each.output.at}.`);
    const path = `cap/${story.alert}.xml`;
    const digest = each.output.body.files[path];
    if (digest && each === story.versions.at(-1)) line(list, await compared(path, digest));
  }
  if (story.withdrawn.length) line(list, `It was withdrawn at ${story.withdrawn[0].at}.`);
}

async function compared(path, digest) {
  try {
    const answer = await fetch(`../${path}`, { cache: "no-store" });
    if (!answer.ok) return "It is not public any more.";
    const now = hex(await sha256(await answer.arrayBuffer()));
    return now === digest
      ? "What this site shows today is what was published, byte for byte."
      : "This site shows something else today: an update, a withdrawal, or a change nobody logged.";
  } catch {
    return `The published file has the SHA-256 ${digest}.`;
  }
}

async function missing() {
  if (!globalThis.crypto?.subtle) return "This page needs a secure connection (https) to verify anything.";
  try {
    await crypto.subtle.importKey("raw", new Uint8Array(32), { name: "Ed25519" }, false, ["verify"]);
    return "";
  } catch {
    return "This browser cannot verify Ed25519 signatures, so nothing is proven here. " +
      "Use a newer browser, or `python verify.py receipt FILE`.";
  }
}

async function run(text) {
  const [verdict, list] = [document.getElementById("verdict"), document.getElementById("story")];
  list.replaceChildren();
  const trouble = await missing();
  if (trouble) {
    verdict.textContent = trouble;
    return;
  }
  const keys = [...document.querySelectorAll("#keys li")].map((item) => item.textContent.trim());
  try {
    await show(await verifyReceipt(text, keys), list);
    verdict.textContent = "Verified.";
  } catch (problem) {
    list.replaceChildren();
    verdict.textContent = problem instanceof Unproven
      ? `Not verified. ${problem.message}`
      : "Not verified. This is not a receipt.";
  }
}

if (typeof document !== "undefined") {
  document.getElementById("file").addEventListener("change", async (event) => {
    const [file] = event.target.files;
    if (file) await run(await file.text());
  });
}

if (typeof module !== "undefined") module.exports = { verifyReceipt };

// The desk in the browser: keys, news, map. Everything it does can be done without it, but slower.
// It must never read or keep a candidate's text beyond what is on the page.

const $ = (selector, root = document) => root.querySelector(selector);
const $$ = (selector, root = document) => [...root.querySelectorAll(selector)];
const desk = $("#desk");
const wide = matchMedia("(min-width: 56.01rem)");
let csrf = $('meta[name="csrf"]').content;
const keys = JSON.parse($("#keys")?.dataset.keys ?? "{}");
const nothing = $("#detail > .empty")?.cloneNode(true) ?? null;
let chosen = "";

// ---- what is said to screen readers, politely
function say(text) {
  const said = $("#said");
  if (said) said.textContent = text;
}

// ---- requests: the session's token, and the version that was seen
document.addEventListener("htmx:configRequest", (event) => {
  const { headers, parameters, verb, elt } = event.detail;
  if (verb !== "post") {
    if (elt.id === "list") headers["X-Quiet"] = "1";
    return;
  }
  headers["X-CSRF"] = csrf;
  if (parameters.version) headers["If-Match"] = `"${parameters.version}"`;
});
document.addEventListener("htmx:beforeSwap", (event) => {
  const { xhr } = event.detail;
  if (xhr.status === 409) event.detail.shouldSwap = true;
  else if (xhr.status >= 400 && xhr.status !== 401) {
    const parsed = new DOMParser().parseFromString(xhr.responseText, "text/html");
    const message = $(".problem p", parsed)?.textContent ?? $(".problem h1", parsed)?.textContent ?? `${xhr.status}`;
    const place = $("#problem");
    if (place) {
      place.textContent = message;
      place.className = "bad";
    }
    say(message);
  }
});
document.addEventListener("htmx:afterSwap", (event) => {
  const { target, requestConfig } = event.detail;
  if (target.id === "detail") arrived();
  if (target.id === "check" && $("[data-kept]", target)) settle();
  if (target.id === "list") {
    marked();
    // Somebody went to another tab or asked for something else; what comes as news moves nothing.
    if (requestConfig?.elt?.id !== "list") moved();
  }
  if (target.id === "toasts" || target.closest?.("#toasts")) counted();
});

// ---- what somebody typed and did not send: nothing on this page takes it away from them
function typed() {
  const form = $("#words");
  if (!form || form.closest("[hidden]")) return false;
  return [form.headline, form.text].some((field) => field && field.value !== field.defaultValue);
}
function settle() {
  for (const field of $$("#words input:not([type=hidden]), #words textarea")) field.defaultValue = field.value;
}
// After a conflict: what somebody typed goes on to what is there now.
let carried = null;
document.addEventListener("htmx:beforeOnLoad", (event) => {
  const { xhr, target } = event.detail;
  if (xhr.status === 401 && typed()) {
    event.preventDefault();
    out();
  } else if (target?.id === "detail" && event.detail.requestConfig?.verb === "get" && typed() && !confirm(document.body.dataset.lose)) {
    event.preventDefault();
    chosen = $("#detail article")?.dataset.id ?? chosen;
    marked();
  }
});
addEventListener("beforeunload", (event) => {
  if (typed()) event.preventDefault();
});

// ---- logged off elsewhere: the words stay; the token of the next session is fetched when they log on
let off = false;
function out() {
  off = true;
  const place = $("#problem");
  if (!place) return;
  const link = Object.assign(document.createElement("a"), { href: "/log-on", target: "_blank", textContent: document.body.dataset.logOn });
  place.replaceChildren(`${document.body.dataset.out} `, link);
  place.className = "bad";
  place.scrollIntoView({ block: "nearest" });
  say(document.body.dataset.out);
}
addEventListener("focus", async () => {
  if (!off) return;
  const answer = await fetch("/me", { headers: { "X-Quiet": "1" }, redirect: "manual" }).catch(() => null);
  if (!answer?.ok) return;
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
  if ($(".whoname", fresh)?.textContent !== $(".whoname")?.textContent) return;
  csrf = $('meta[name="csrf"]', fresh).content;
  off = false;
  $("#problem")?.replaceChildren();
  $("#problem")?.removeAttribute("class");
});

// ---- the list
const lines = () => $$("#rows .line[data-href]");
const current = () => lines().find((line) => line.dataset.key === chosen) ?? null;

function marked() {
  for (const line of lines()) line.classList.toggle("now", line.dataset.key === chosen);
}

function moved() {
  if (!desk || typed() || current()) return;
  const first = lines()[0];
  if (first && wide.matches) choose(first, { focus: false });
  else leave();
}

let place = 0;
function leave() {
  htmx.trigger("#detail", "htmx:abort");
  chosen = "";
  $("#detail").replaceChildren(...(nothing ? [nothing.cloneNode(true)] : []));
  desk.classList.remove("reading");
}

function choose(line, { focus = true } = {}) {
  if (!line) return;
  chosen = line.dataset.key;
  place = lines().indexOf(line);
  marked();
  const link = $("a.go-to", line);
  if (focus) link.focus({ preventScroll: true });
  line.scrollIntoView({ block: "nearest" });
  load(line.dataset.href);
}

// What is pressed while a pane or an answer is on its way waits for it: nobody decides on what was
// there. The pane asked for last is the one that comes.
let coming = Promise.resolve();
function load(href) {
  htmx.trigger("#detail", "htmx:abort");
  coming = htmx.ajax("GET", href, { source: "#detail", target: "#detail", swap: "innerHTML" }).catch(() => {});
}
document.addEventListener("htmx:beforeSend", (event) => {
  const { requestConfig, target, xhr } = event.detail;
  if (requestConfig.verb === "post" || target?.id === "detail") coming = new Promise((over) => xhr.addEventListener("loadend", over));
});
async function ready() {
  for (let seen = null; seen !== coming; ) {
    seen = coming;
    await seen;
  }
  return !desk || $("#detail article")?.dataset.id === chosen;
}

function step(by) {
  const all = lines();
  const at = all.findIndex((line) => line.dataset.key === chosen);
  choose(all[Math.min(all.length - 1, Math.max(0, at + by))] ?? all[0]);
}

let scrolled = 0;
let shown = "";
function arrived() {
  if (desk && !wide.matches) {
    if (!desk.classList.contains("reading")) scrolled = scrollY;
    scrollTo(0, 0);
  }
  desk?.classList.add("reading");
  const article = $("#detail article");
  if (article?.dataset.id !== shown) $("#detail").scrollTop = 0;
  shown = article?.dataset.id ?? "";
  if (article?.dataset.id) chosen = article.dataset.id;
  marked();
  for (const place of $$("#detail [data-map]")) draw(place);
  if (carried && $("#words")) {
    press(act("edit"));
    const form = $("#words");
    [form.headline.value, form.text.value] = carried;
    form.text.dispatchEvent(new Event("input", { bubbles: true }));
  }
  carried = null;
}

// ---- after a decision: the line goes, the next one comes
document.body.addEventListener("decided", (event) => {
  const ids = event.detail.ids ?? [];
  if (ids.includes($("#detail article")?.dataset.id)) settle();
  const all = lines();
  const at = all.findIndex((line) => ids.includes(line.dataset.key));
  // News of the decision may have drawn the list before its answer came: the next one stands there.
  const next = at < 0 ? all[Math.min(place, all.length - 1)] : all.slice(at + 1).find((line) => !ids.includes(line.dataset.key)) ?? all.slice(0, at).pop();
  if (!desk) {
    // What can be taken back is shown as it is now, with its undo; all else leads back to the queue.
    const undoable = ["approved", "rejected", "undone"].includes(event.detail.verb);
    if (undoable && location.pathname.startsWith("/candidates/")) load(location.pathname);
    else if (event.detail.verb) setTimeout(() => location.assign("/queue"), 1200);
    return;
  }
  // Taken back within one beat, it is no news to the queue: its line is asked for again.
  if (event.detail.verb === "undone") refresh();
  else for (const line of all) if (ids.includes(line.dataset.key)) line.remove();
  if (event.detail.moved) refresh();
  if (!ids.length || (event.detail.verb === "undone" && current())) return;
  if (next) choose(next);
  else {
    leave();
    refresh();
  }
});

// ---- undo: counts down, then goes
function counted() {
  for (const toast of $$("#toasts .toast:not([data-timed])")) {
    toast.dataset.timed = "1";
    say($("p", toast)?.textContent ?? "");
    const clock = $(".countdown", toast);
    let left = Number(clock?.dataset.seconds ?? 5);
    const timer = setInterval(() => {
      left -= 1;
      if (clock) clock.textContent = String(Math.max(0, left));
      if (left <= 0 || !toast.isConnected) {
        clearInterval(timer);
        toast.remove();
      }
    }, 1000);
  }
}

// ---- news
let waiting = null;
let late = false;
function refresh() {
  if (!desk) return;
  // Nobody's typing or choosing is drawn over; it is made up for when they leave the field.
  late = Boolean($("#list :focus:is(input:not([type=checkbox]),select)"));
  if (late) return;
  clearTimeout(waiting);
  waiting = setTimeout(again, 150);
}
document.addEventListener("focusout", () => setTimeout(() => late && refresh()));

// The list asked for last is the one that comes. News wait for a list somebody asked for: they would
// bring back the tab that was left.
let listing = null;
// A list that is drawn anew under a pressed pointer would swallow the click.
let pressed = false;
document.addEventListener("pointerdown", () => (pressed = true));
for (const end of ["pointerup", "pointercancel"]) document.addEventListener(end, () => setTimeout(() => (pressed = false)));
document.addEventListener("htmx:beforeSwap", (event) => {
  const { target, requestConfig } = event.detail;
  if (!pressed || target?.id !== "list" || requestConfig?.elt?.id !== "list") return;
  event.detail.shouldSwap = false;
  refresh();
});
document.addEventListener("htmx:beforeSend", (event) => {
  const { target, xhr } = event.detail;
  if (target?.id !== "list") return;
  listing?.abort();
  listing = xhr;
  xhr.addEventListener("loadend", () => listing === xhr && (listing = null));
});

async function again() {
  if (listing) return refresh();
  const query = new URLSearchParams(new FormData($("#filters")));
  const rows = $("#rows");
  if (rows?.start > 1) query.set("start", rows.start - 1);
  const before = new Set(lines().map((line) => line.dataset.key));
  const open = $(".views")?.open;
  const reason = $(".bulk select")?.value;
  const news = { target: "#list", swap: "innerHTML", source: $("#list") };
  const came = await htmx.ajax("GET", `/queue?${query}`, news).then(() => true, () => false);
  if (!came) return;
  for (const line of lines()) if (before.size && !before.has(line.dataset.key)) line.classList.add("fresh");
  if (open) $(".views").open = true;
  if (reason && $(".bulk select")) $(".bulk select").value = reason;
}
// A mark stays on what it was set on: one that changed since loses it, and is looked at anew.
let ticked = new Set();
let focused = "";
let onMark = false;
document.addEventListener("htmx:beforeSwap", (event) => {
  if (event.detail.target?.id !== "list") return;
  ticked = new Set($$("#rows .mark :checked").map((box) => box.value));
  focused = document.activeElement?.closest?.("#rows .line")?.dataset.key ?? "";
  onMark = Boolean(document.activeElement?.matches?.(".mark input"));
});
document.addEventListener("htmx:afterSwap", (event) => {
  if (event.detail.target.id !== "list") return;
  for (const box of $$("#rows .mark input")) box.checked = ticked.has(box.value);
  const line = focused && $$("#rows .line").find((each) => each.dataset.key === focused);
  if (line) $(onMark ? ".mark input" : "a.go-to", line)?.focus({ preventScroll: true });
});

let index = desk?.dataset.index;
function listen() {
  const news = new EventSource(`/stream?after=${index}`);
  const light = $("#live");
  const word = $("[data-live]");
  const state = (on) => {
    light.dataset.state = on ? "on" : "off";
    word.textContent = on ? word.dataset.on : word.dataset.off;
  };
  news.addEventListener("hello", () => state(true));
  news.addEventListener("error", async () => {
    state(false);
    if (news.readyState !== EventSource.CLOSED) return;
    // The browser tries no more: the session is over, or a proxy answered for the desk.
    const answer = await fetch("/me", { headers: { "X-Quiet": "1" }, redirect: "manual" }).catch(() => null);
    if (answer?.type === "opaqueredirect") {
      if (!typed()) return void location.assign("/log-on");
      if (!off) out();
    }
    setTimeout(listen, 3_000);
  });
  for (const kind of ["hello", "reload", "queue"]) news.addEventListener(kind, (event) => (index = event.lastEventId || index));
  news.addEventListener("reload", refresh);
  news.addEventListener("queue", (event) => {
    const { came, went } = JSON.parse(event.data);
    const number = came.length;
    if (number) say(number === 1 ? desk.dataset.newOne : desk.dataset.newMany.replace("NUMBER", number));
    // What is published or withdrawn moves nothing in Pending: the other tabs look at any news.
    if (number || went.length || $("#filters").tab.value !== "pending") refresh();
  });
}

let owned = false;
document.addEventListener("focusin", (event) => {
  owned = Boolean(event.target.closest?.("#rows"));
});
document.addEventListener("pointerdown", (event) => {
  owned = Boolean(event.target.closest?.("#rows"));
});

// ---- keys: single ones only while the queue has the focus, so that nobody decides by typing
const act = (name) => $(`#detail [data-act="${name}"]`);
function press(place) {
  if (!place) return;
  if (place.matches("form")) $("button:not([disabled])", place)?.click();
  else if (place.matches("details")) {
    place.open = true;
    $("button", place)?.focus();
  } else place.click();
}
async function decide(name) {
  if (await ready()) press(act(name));
}
const doing = {
  next: () => step(1),
  previous: () => step(-1),
  open: () => {
    if (current()) $("#detail").focus();
    else step(1);
  },
  approve: () => decide("approve"),
  reject: () => ($("#rows .mark :checked") ? $(".bulk select").focus() : decide("reject")),
  edit: () => decide("edit"),
  hold: () => decide("hold"),
  merge: () => decide("merge"),
  correct: async () => (await ready()) && $('#detail [data-act="correct"] input:not([type=hidden])')?.focus(),
  retract: () => decide("retract"),
  undo: () => ready().then(() => press($$('#toasts [data-act="undo"]').pop() ?? act("undo"))),
  mark: () => $(".mark input", current() ?? undefined)?.click(),
  search: () => $("#search")?.focus(),
  help: () => $("#keys")?.showModal(),
};

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  const open = document.activeElement?.closest?.("details.drop[open]");
  if (open) {
    if (event.key === "Escape") {
      open.open = false;
      current() ? $("a.go-to", current()).focus() : $("summary", open).focus();
    } else if (/^[1-9]$/.test(event.key)) $(`[data-digit="${event.key}"]`, open)?.click();
    else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      const all = $$("button", open);
      const at = all.indexOf(document.activeElement) + (event.key === "ArrowDown" ? 1 : -1);
      all[(at + all.length) % all.length]?.focus();
      event.preventDefault();
    }
    return;
  }
  if (event.key === "Escape" && desk) {
    const line = current() ?? lines()[0];
    if (line) $("a.go-to", line).focus();
    return;
  }
  // A list that was just drawn anew has lost the focus to nobody: the queue still has it.
  const inQueue = document.activeElement?.closest?.("#rows") || (owned && document.activeElement === document.body);
  const typing = document.activeElement?.matches?.("input,textarea,select,[contenteditable]");
  if (!inQueue || (typing && !document.activeElement.matches("input[type=checkbox]"))) return;
  if (/^[1-9]$/.test(event.key)) {
    // The menu may still be on its way; what is pressed in order is done in order.
    ready().then((there) => there && $(`#detail details.drop[open] [data-digit="${event.key}"]`)?.click());
    return;
  }
  const name = Object.keys(keys).find((each) => keys[each] && keys[each] === event.key)
    ?? { ArrowDown: "next", ArrowUp: "previous" }[event.key];
  if (!name || !doing[name]) return;
  event.preventDefault();
  doing[name]();
});

// ---- what is clicked
document.addEventListener("click", (event) => {
  const at = event.target.closest?.("[data-opens],[data-closes],[data-close],[data-do],[data-carry],.templates button,a.go-to,.back a");
  if (!at) return;
  if (at.matches(".back a")) {
    // On a phone the queue is still there, where it was left.
    if (!desk || !desk.classList.contains("reading")) return;
    event.preventDefault();
    desk.classList.remove("reading");
    $("a.go-to", current() ?? undefined)?.focus({ preventScroll: true });
    scrollTo(0, scrolled);
    return;
  }
  if ("carry" in at.dataset) carried = [$("#kept-headline").value, $("#kept-text").value];
  if (at.dataset.opens) {
    const place = document.getElementById(at.dataset.opens);
    place.hidden = false;
    $("input:not([type=hidden]),textarea", place)?.focus();
    place.scrollIntoView({ block: "start" });
  } else if (at.dataset.closes) {
    document.getElementById(at.dataset.closes).hidden = true;
    current() && $("a.go-to", current()).focus();
  } else if ("close" in at.dataset) at.closest("dialog").close();
  else if ("carry" in at.dataset) return;
  else if (at.dataset.do) doing[at.dataset.do]?.();
  else if (at.matches("a.go-to")) {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    choose(at.closest(".line"));
  } else {
    const form = $("#words");
    form.headline.value = at.dataset.headline;
    form.text.value = at.dataset.text;
    form.headline.dispatchEvent(new Event("input", { bubbles: true }));
  }
});
document.addEventListener("click", (event) => {
  for (const drop of $$("details.drop[open], details.who[open]")) if (!drop.contains(event.target)) drop.open = false;
});

// ---- the map: the agency's own areas and nothing else
let maps = null;
function library() {
  maps ??= new Promise((done, failed) => {
    const style = document.createElement("link");
    style.rel = "stylesheet";
    style.href = "/assets/maplibre.css";
    document.head.append(style);
    const script = document.createElement("script");
    script.src = "/assets/maplibre.js";
    script.onload = () => {
      maplibregl.setWorkerUrl("/assets/maplibre-worker.js");
      done(maplibregl);
    };
    script.onerror = failed;
    document.head.append(script);
  });
  return maps;
}

async function draw(place) {
  try {
    const [gl, answer] = await Promise.all([library(), fetch(place.dataset.map, { headers: { "X-Quiet": "1" } })]);
    const areas = await answer.json();
    if (!place.isConnected) return;
    const css = getComputedStyle(document.documentElement);
    const color = (name) => css.getPropertyValue(name).trim();
    const here = areas.features.filter((each) => each.properties.id === place.dataset.area);
    const bounds = new gl.LngLatBounds();
    const reach = (part) => (typeof part[0] === "number" ? bounds.extend(part) : part.forEach(reach));
    for (const each of here.length ? here : areas.features) reach(each.geometry.coordinates);
    const map = new gl.Map({
      container: place,
      attributionControl: false,
      fadeDuration: 0,
      bounds,
      fitBoundsOptions: { padding: 40, animate: false },
      style: {
        version: 8,
        sources: { areas: { type: "geojson", data: areas } },
        layers: [
          { id: "ground", type: "background", paint: { "background-color": color("--bg") } },
          { id: "others", type: "fill", source: "areas", paint: { "fill-color": color("--card") } },
          { id: "here", type: "fill", source: "areas", filter: ["==", ["get", "id"], place.dataset.area], paint: { "fill-color": color("--accent"), "fill-opacity": 0.35 } },
          { id: "edges", type: "line", source: "areas", paint: { "line-color": color("--soft"), "line-width": 1 } },
        ],
      },
    });
    map.getCanvas().setAttribute("tabindex", "-1");
    map.getCanvas().setAttribute("aria-hidden", "true");
  } catch {
    place.hidden = true; // the list below says the same
  }
}

if (desk) {
  listen();
  const first = lines()[0];
  if (first && wide.matches) choose(first);
} else arrived();

// Puts a map that moves in the place of a drawn one, when the reader asks for it: not before.
"use strict";

for (const figure of document.querySelectorAll("[data-map]")) {
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = figure.dataset.open;
  button.addEventListener("click", () => open(figure, button), { once: true });
  figure.append(button);
}

function loaded(tag, address, name) {
  return new Promise((done, failed) => {
    const part = document.createElement(tag);
    part[name] = address;
    if (tag === "link") part.rel = "stylesheet";
    part.onload = done;
    part.onerror = failed;
    document.head.append(part);
  });
}

async function open(figure, button) {
  button.disabled = true;
  const root = document.body.dataset.root;
  try {
    await loaded("link", `${root}assets/maplibre.css`, "href");
    await loaded("script", `${root}assets/maplibre.js`, "src");
    const what = figure.dataset.map;
    const answer = await fetch(`${root}${what === "partners" || what === "live" ? "partners.geojson" : `api/v1/areas/${what}.geojson`}`);
    if (!answer.ok) throw new Error("no areas");
    show(figure, root, await answer.json(), what);
    button.remove();
  } catch {
    button.remove(); // The drawn map is still there.
  }
}

function color(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

function show(figure, root, features, what) {
  const box = document.createElement("div");
  box.className = "mapbox";
  const drawn = figure.querySelector("svg");
  figure.insertBefore(box, drawn);
  maplibregl.setWorkerUrl(`${root}assets/maplibre-worker.js`);
  const points = what === "partners" || what === "live";
  const bounds = new maplibregl.LngLatBounds();
  for (const each of features.features) grow(bounds, each.geometry && each.geometry.coordinates);
  let map;
  try {
    map = new maplibregl.Map({
      container: box,
      attributionControl: false,
      dragRotate: false,
      pitchWithRotate: false,
      bounds: bounds.isEmpty() ? undefined : bounds,
      fitBoundsOptions: { padding: 30 },
      maxZoom: 15,
      style: {
        version: 8,
        sources: { states: { type: "geojson", data: { type: "FeatureCollection", features: [] } }, here: { type: "geojson", data: features, promoteId: "id" } },
        layers: [
          { id: "ground", type: "background", paint: { "background-color": color("--state") } },
          ...(points
            ? [{ id: "dots", type: "circle", source: "here", paint: { "circle-radius": 6, "circle-color": ["match", ["get", "standing"], "ended", color("--soft"), "active", color("--chosen"), color("--heat4")], "circle-stroke-width": 1.5, "circle-stroke-color": color("--card") } }]
            : [
                { id: "areas", type: "fill", source: "here", paint: { "fill-color": color("--area"), "fill-outline-color": color("--area-line") } },
                { id: "lines", type: "line", source: "here", paint: { "line-color": color("--area-line"), "line-width": 1.5 } },
              ]),
        ],
      },
    });
  } catch {
    box.remove(); // No WebGL here: the drawn map is still there.
    return;
  }
  drawn.setAttribute("hidden", "");
  map.touchZoomRotate.disableRotation();
  map.addControl(new maplibregl.NavigationControl({ showCompass: false }));
  map.addControl(new maplibregl.ScaleControl({ unit: "imperial" }));
  const note = document.createElement("p");
  note.className = "quiet";
  note.textContent = figure.dataset.note;
  box.after(note);
  const lang = document.documentElement.lang;
  const prefix = lang === "en" ? "" : `${lang}/`;
  const layer = points ? "dots" : "areas";
  map.on("click", layer, (event) => {
    const p = event.features[0].properties;
    if (what === "partners") location.href = `${root}${prefix}partners/${p.id}.html`;
    else if (points) location.href = `${root}${prefix}agency/${p.id}/`;
    else location.href = `${root}${prefix}area/${what}/${p.id}/`;
  });
  map.on("mouseenter", layer, () => (map.getCanvas().style.cursor = "pointer"));
  map.on("mouseleave", layer, () => (map.getCanvas().style.cursor = ""));
  if (!points && features.features.length <= 60) {
    for (const each of features.features) {
      const label = document.createElement("div");
      label.className = "label";
      label.textContent = each.properties.name;
      const own = new maplibregl.LngLatBounds();
      grow(own, each.geometry && each.geometry.coordinates);
      if (!own.isEmpty()) new maplibregl.Marker({ element: label }).setLngLat(own.getCenter()).addTo(map);
    }
  }
  if (what === "partners") {
    const rows = [...document.querySelectorAll("[data-at]")];
    map.on("moveend", (event) => {
      if (!event.originalEvent) return; // Only the reader's own moves choose.
      const seen = map.getBounds();
      for (const row of rows) row.hidden = !seen.contains(row.dataset.at.split(",").map(Number));
    });
    document.addEventListener("found", (event) => event.detail && map.easeTo({ center: event.detail, zoom: 8 }));
  }
}

function grow(bounds, coordinates) {
  if (!Array.isArray(coordinates)) return;
  if (typeof coordinates[0] === "number") bounds.extend(coordinates);
  else for (const each of coordinates) grow(bounds, each);
}

// Writes the outlines of the states as SVG paths of whole pixels: node states.mjs OUT
//
// In: us-atlas' Albers picture of the Census Bureau's outlines. Out: {state: path}, small enough to
// stand in a page. Borders are simplified together, so that neighbors still meet.
import { readFileSync, writeFileSync } from "node:fs";
import { feature } from "topojson-client";
import { presimplify, simplify } from "topojson-simplify";

const SMALLEST = 6; // square pixels that a corner must span, and an island
const atlas = new URL("node_modules/us-atlas/states-albers-10m.json", import.meta.url);
const picture = simplify(presimplify(JSON.parse(readFileSync(atlas))), SMALLEST);

function path(ring) {
  const points = ring
    .map((point) => point.map(Math.round))
    .filter(([x, y], at, all) => at === 0 || x !== all[at - 1][0] || y !== all[at - 1][1]);
  if (points.length < 4) return "";
  const steps = points.slice(1, -1).map(([x, y], at) => `${x - points[at][0]} ${y - points[at][1]}`);
  return `M${points[0].join(" ")}l${steps.join(" ").replaceAll(" -", "-")}z`;
}

const states = {};
for (const { properties, geometry } of feature(picture, picture.objects.states).features) {
  const polygons = geometry.type === "Polygon" ? [geometry.coordinates] : geometry.coordinates;
  states[properties.name] = polygons.map((polygon) => path(polygon[0])).join("");
}
writeFileSync(process.argv[2], JSON.stringify(states));

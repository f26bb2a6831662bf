import { circle, control, divIcon, GridLayer, latLngBounds, map as draw, marker, type Coords, type Map as Drawn, type LayerGroup, layerGroup, tileLayer } from "leaflet";
import { Grid } from "./grid";
import { Town } from "./town";

/** Starts a map (`data-map`) or a fence editor (`data-fence`). */
export function start(box: HTMLElement): void {
  if (box.hasAttribute("data-fence")) fence(box);
  else points(box);
}

function ground(holder: HTMLElement): Drawn {
  holder.classList.add("started");
  const canvas = document.createElement("div");
  canvas.className = "map-canvas";
  holder.append(canvas);
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
  const drawn = draw(canvas, { zoomAnimation: !still, fadeAnimation: !still, markerZoomAnimation: !still, scrollWheelZoom: false });
  const tiles = document.querySelector<HTMLMetaElement>('meta[name="tiles"]');
  if (tiles) tileLayer(tiles.content, { maxZoom: 19, attribution: plain(tiles.dataset.credit ?? "") }).addTo(drawn);
  else if (document.querySelector('meta[name="town"]')) layerOf(Town, "Demo map, not a real place").addTo(drawn);
  else layerOf(Grid, "Without streets: places and distances are true").addTo(drawn);
  control.scale({ position: "bottomleft" }).addTo(drawn);
  drawn.attributionControl.setPrefix(false);
  drawn.on("focus", () => drawn.scrollWheelZoom.enable());
  drawn.on("blur", () => drawn.scrollWheelZoom.disable());
  return drawn;
}

/** Words as the library wants them: it takes credits for HTML. */
function plain(words: string): string {
  const holder = document.createElement("span");
  holder.textContent = words;
  return holder.innerHTML;
}

function layerOf(ground: { tile(coords: Coords, size: number): HTMLCanvasElement }, attribution: string): GridLayer {
  const Layer = GridLayer.extend({
    createTile(this: GridLayer, coords: Coords) {
      return ground.tile(coords, this.getTileSize().x);
    },
  }) as unknown as new (options: object) => GridLayer;
  return new Layer({ attribution, maxZoom: 19 });
}

function points(box: HTMLElement): void {
  const list = () => [...box.querySelectorAll<HTMLElement>(".map-points > li")];
  const drawn = ground(box);
  const layer = layerGroup().addTo(drawn);
  fit(drawn, list());
  const show = () => place(drawn, layer, list());
  show();
  drawn.on("zoomend", show);
  // A live update replaces the list; the view stays where the person moved it.
  box.addEventListener("patched", show);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => drawn.eachLayer((one) => one instanceof GridLayer && one.redraw()));
}

const at = (item: HTMLElement): [number, number] => [Number(item.dataset.lat), Number(item.dataset.lon)];

function fit(drawn: Drawn, items: HTMLElement[]): void {
  const places = near(items.map(at).filter(([lat, lon]) => Number.isFinite(lat) && Number.isFinite(lon)));
  const [only] = places;
  if (!only) return void drawn.setView([30.27, -97.74], 13);
  if (places.length > 1) return void drawn.fitBounds(places, { padding: [28, 28], maxZoom: 16 });
  const radius = Number(items[0]?.dataset.radius) || 200;
  drawn.fitBounds(around(only, radius * 1.4));
}

/** Without those few that lie far from all the others: one phone far away must not make a city a dot. */
function near(places: [number, number][]): [number, number][] {
  if (places.length < 4) return places;
  const middle = (axis: 0 | 1) => places.map((place) => place[axis]).sort((a, b) => a - b)[places.length >> 1] ?? 0;
  const [lat, lon] = [middle(0), middle(1)];
  const far = (place: [number, number]) => Math.hypot(place[0] - lat, (place[1] - lon) * Math.cos((lat * Math.PI) / 180));
  const usual = places.map(far).sort((a, b) => a - b)[places.length >> 1] ?? 0;
  return places.filter((place) => far(place) <= Math.max(usual * 4, 0.02));
}

function around([lat, lon]: [number, number], metres: number): [[number, number], [number, number]] {
  const north = metres / 111_320;
  const east = north / Math.max(0.1, Math.cos((lat * Math.PI) / 180));
  return [[lat - north, lon - east], [lat + north, lon + east]];
}

/** Marks nearer than this on the screen are drawn as one. */
const CROWDED_PX = 26;

/** Items that would cover each other at this zoom stand together. */
function groups(drawn: Drawn, items: HTMLElement[]): HTMLElement[][] {
  const found: { spot: { x: number; y: number }; items: HTMLElement[] }[] = [];
  for (const item of items) {
    const spot = drawn.project(at(item));
    const crowd = found.find((one) => Math.hypot(one.spot.x - spot.x, one.spot.y - spot.y) < CROWDED_PX);
    if (crowd) crowd.items.push(item);
    else found.push({ spot, items: [item] });
  }
  return found.map((one) => one.items);
}

function place(drawn: Drawn, layer: LayerGroup, items: HTMLElement[]): void {
  layer.clearLayers();
  for (const item of items) {
    const radius = Number(item.dataset.radius);
    if (radius > 0) circle(at(item), { radius, className: "map-fence", weight: 2, fillOpacity: 0.12, interactive: false }).addTo(layer);
  }
  for (const crowd of groups(drawn, items)) {
    const [first] = crowd;
    if (first && crowd.length > 1 && drawn.getZoom() < drawn.getMaxZoom()) together(drawn, layer, crowd);
    else crowd.forEach((item) => alone(layer, item));
  }
}

function alone(layer: LayerGroup, item: HTMLElement): void {
  const initials = item.querySelector(".avatar")?.textContent ?? "";
  const icon = divIcon({ className: `map-person ${item.dataset.tone ?? ""}`, html: plain(initials), iconSize: [32, 32] });
  const sign = marker(at(item), { icon, keyboard: false, riseOnHover: true }).addTo(layer);
  tell(sign, [words(item)]);
  const href = item.querySelector("a")?.href;
  if (href) sign.on("click", () => location.assign(href));
}

/** The gravest tone of a crowd is the colour of its mark. */
const GRAVE = ["bad", "warn", "info", "ok"];

function together(drawn: Drawn, layer: LayerGroup, crowd: HTMLElement[]): void {
  const tone = GRAVE.find((one) => crowd.some((item) => item.dataset.tone === one)) ?? "";
  const icon = divIcon({ className: `map-person crowd ${tone}`, html: String(crowd.length), iconSize: [36, 36] });
  const bounds = latLngBounds(crowd.map(at));
  const sign = marker(bounds.getCenter(), { icon, keyboard: false, riseOnHover: true }).addTo(layer);
  const rest = crowd.length - 6;
  tell(sign, [...crowd.slice(0, 6).map(words), ...(rest > 0 ? [`and ${rest} more`] : [])]);
  sign.on("click", () => drawn.setView(bounds.getCenter(), Math.min(drawn.getMaxZoom(), Math.max(drawn.getZoom() + 2, drawn.getBoundsZoom(bounds)))));
}

/** What a list item says, without the initials. */
function words(item: HTMLElement): string {
  const initials = item.querySelector(".avatar")?.textContent ?? "";
  return (item.textContent ?? "").replace(initials, "").trim();
}

function tell(sign: ReturnType<typeof marker>, lines: string[]): void {
  const holder = document.createElement("div");
  for (const line of lines) holder.append(Object.assign(document.createElement("div"), { textContent: line }));
  sign.bindTooltip(holder, { direction: "top", offset: [0, -14] });
  const element = sign.getElement();
  element?.setAttribute("aria-hidden", "true");
  element?.removeAttribute("tabindex");
}

function fence(box: HTMLElement): void {
  const holder = box.querySelector<HTMLElement>(".map");
  const input = (name: string) => box.querySelector<HTMLInputElement>(`input[name="${name}"]`);
  const [lat, lon, radius] = [input("lat"), input("lon"), input("radius_m")];
  if (!holder || !lat || !lon || !radius) return;
  const drawn = ground(holder);
  const first: [number, number] = [Number(lat.value || box.dataset.startLat) || 30.27, Number(lon.value || box.dataset.startLon) || -97.74];
  const metres = () => Math.min(5000, Math.max(10, Number(radius.value) || 150));
  drawn.fitBounds(around(first, metres() * 1.6));
  const ring = circle(first, { radius: metres(), className: "map-fence", weight: 2, fillOpacity: 0.14, interactive: false }).addTo(drawn);
  const icon = divIcon({ className: "map-pin", iconSize: [26, 26], iconAnchor: [13, 31] });
  const pin = marker(first, { icon, draggable: true, autoPan: true, keyboard: true, title: "Place of the site", alt: "Place of the site" }).addTo(drawn);
  const show = (place: [number, number]) => {
    pin.setLatLng(place);
    ring.setLatLng(place);
  };
  const write = () => {
    const { lat: north, lng: east } = pin.getLatLng();
    lat.value = north.toFixed(6);
    lon.value = east.toFixed(6);
    show([north, east]);
    lat.dispatchEvent(new Event("input", { bubbles: true }));
  };
  pin.on("drag", () => ring.setLatLng(pin.getLatLng()));
  pin.on("dragend", write);
  drawn.on("click", (event) => {
    show([event.latlng.lat, event.latlng.lng]);
    write();
  });
  box.addEventListener("change", () => {
    const place: [number, number] = [Number(lat.value), Number(lon.value)];
    ring.setRadius(metres());
    if (lat.value && lon.value && place.every(Number.isFinite)) {
      show(place);
      drawn.panTo(place);
    }
  });
}

import { circle, divIcon, GridLayer, map as draw, marker, type Coords, type Map as Drawn, type LayerGroup, layerGroup, tileLayer } from "leaflet";
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
  const tiles = document.querySelector<HTMLMetaElement>('meta[name="tiles"]')?.content;
  if (tiles) tileLayer(tiles, { maxZoom: 19, attribution: "\u00a9 OpenStreetMap contributors" }).addTo(drawn);
  else town().addTo(drawn);
  drawn.attributionControl.setPrefix(false);
  drawn.on("focus", () => drawn.scrollWheelZoom.enable());
  drawn.on("blur", () => drawn.scrollWheelZoom.disable());
  return drawn;
}

function town(): GridLayer {
  const Layer = GridLayer.extend({
    createTile(this: GridLayer, coords: Coords) {
      return Town.tile(coords, this.getTileSize().x);
    },
  }) as unknown as new (options: object) => GridLayer;
  return new Layer({ attribution: "Demo map, not a real place", maxZoom: 19 });
}

function points(box: HTMLElement): void {
  const list = () => [...box.querySelectorAll<HTMLElement>(".map-points > li")];
  const drawn = ground(box);
  const layer = layerGroup().addTo(drawn);
  fit(drawn, list());
  place(layer, list());
  // A live update replaces the list; the view stays where the person moved it.
  box.addEventListener("patched", () => place(layer, list()));
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => drawn.eachLayer((one) => one instanceof GridLayer && one.redraw()));
}

const at = (item: HTMLElement): [number, number] => [Number(item.dataset.lat), Number(item.dataset.lon)];

function fit(drawn: Drawn, items: HTMLElement[]): void {
  const places = items.map(at).filter(([lat, lon]) => Number.isFinite(lat) && Number.isFinite(lon));
  const [only] = places;
  if (!only) return void drawn.setView([30.27, -97.74], 13);
  if (places.length > 1) return void drawn.fitBounds(places, { padding: [40, 40], maxZoom: 16 });
  const radius = Number(items[0]?.dataset.radius) || 200;
  drawn.fitBounds(around(only, radius * 1.4));
}

function around([lat, lon]: [number, number], metres: number): [[number, number], [number, number]] {
  const north = metres / 111_320;
  const east = north / Math.max(0.1, Math.cos((lat * Math.PI) / 180));
  return [[lat - north, lon - east], [lat + north, lon + east]];
}

function place(layer: LayerGroup, items: HTMLElement[]): void {
  layer.clearLayers();
  for (const item of items) {
    const radius = Number(item.dataset.radius);
    if (radius > 0) circle(at(item), { radius, className: "map-fence", weight: 2, fillOpacity: 0.12, interactive: false }).addTo(layer);
    const initials = item.querySelector(".avatar")?.textContent ?? "";
    const icon = divIcon({ className: `map-person ${item.dataset.tone ?? ""}`, html: initials, iconSize: [32, 32] });
    const sign = marker(at(item), { icon, keyboard: false, riseOnHover: true }).addTo(layer);
    const words = document.createElement("span");
    words.textContent = (item.textContent ?? "").replace(initials, "").trim();
    sign.bindTooltip(words, { direction: "top", offset: [0, -14] });
    const href = item.querySelector("a")?.href;
    if (href) sign.on("click", () => location.assign(href));
    const element = sign.getElement();
    element?.setAttribute("aria-hidden", "true");
    element?.removeAttribute("tabindex");
  }
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

import type { Coords } from "leaflet";

/** A drawn town for demonstrations and tests: streets, blocks, parks and a river. No network, light and dark. */
export const Town = {
  tile(coords: Coords, size: number): HTMLCanvasElement {
    const canvas = document.createElement("canvas");
    const sharp = Math.min(devicePixelRatio, 1.5);
    canvas.width = canvas.height = Math.round(size * sharp);
    const brush = canvas.getContext("2d");
    if (brush) paint(brush, coords, canvas.width);
    return canvas;
  },
};

/** Units of the town per tile at zoom 16; streets stand one unit apart. */
const BASE_ZOOM = 16;
const BLOCKS = 3;
const TILT = 0.28;

function paint(brush: CanvasRenderingContext2D, coords: Coords, size: number): void {
  const dark = matchMedia("(prefers-color-scheme: dark)").matches;
  const colours = dark
    ? { land: "#23272f", park: "#24382b", street: "#363c47", avenue: "#444b58", water: "#1d3447" }
    : { land: "#eeeff1", park: "#d5e8d2", street: "#ffffff", avenue: "#ffffff", water: "#bcd9ea" };
  const scale = 2 ** (BASE_ZOOM - coords.z) * BLOCKS;
  const unit = size / scale;
  brush.fillStyle = colours.land;
  brush.fillRect(0, 0, size, size);
  // The town's own axes, tilted against the tiles.
  const [sin, cos] = [Math.sin(TILT), Math.cos(TILT)];
  const left = coords.x * scale;
  const top = coords.y * scale;
  const middle = { u: (left + scale / 2) * cos + (top + scale / 2) * sin, v: -(left + scale / 2) * sin + (top + scale / 2) * cos };
  const reach = Math.ceil(scale * 0.75) + 1;
  const step = unit < 14 ? 2 ** Math.ceil(Math.log2(14 / unit)) : 1;
  const spot = (u: number, v: number): [number, number] => [(u * cos - v * sin - left) * unit, (u * sin + v * cos - top) * unit];
  const snap = (value: number) => Math.floor(value / step) * step;
  const path = (...spots: [number, number][]) => {
    brush.beginPath();
    for (const [x, y] of spots) brush.lineTo(x, y);
  };
  for (let u = snap(middle.u - reach); u < middle.u + reach; u += step) {
    for (let v = snap(middle.v - reach); v < middle.v + reach; v += step) {
      if (chance(u, v) > 0.09) continue;
      brush.fillStyle = colours.park;
      path(spot(u, v), spot(u + step, v), spot(u + step, v + step), spot(u, v + step));
      brush.fill();
    }
  }
  for (let n = -reach; n <= reach; n += step) {
    for (const across of [true, false]) {
      const line = snap(across ? middle.u : middle.v) + snap(n);
      const broad = line % (4 * step) === 0;
      brush.strokeStyle = broad ? colours.avenue : colours.street;
      brush.lineWidth = Math.max(1, unit * step * (broad ? 0.06 : 0.028));
      path(...(across ? [spot(line, middle.v - reach), spot(line, middle.v + reach)] : [spot(middle.u - reach, line), spot(middle.u + reach, line)]) as [number, number][]);
      brush.stroke();
    }
  }
  brush.strokeStyle = colours.water;
  brush.lineWidth = unit * 1.1;
  brush.lineJoin = "round";
  // A river each forty blocks, so that every demo city has one nearby.
  const first = Math.floor(top / 40) * 40 - 40;
  for (let bed = first; bed < top + scale + 40; bed += 40) {
    brush.beginPath();
    for (let x = -1; x <= 33; x++) {
      const at = left + (x / 32) * scale;
      brush.lineTo((x / 32) * size, (bed + 30 + Math.sin(at / 9) * 2.4 + Math.sin(at / 23) * 4 - top) * unit);
    }
    brush.stroke();
  }
}

/** The same number between 0 and 1 for the same block, always. */
function chance(u: number, v: number): number {
  let seed = (Math.imul(u, 374761393) + Math.imul(v, 668265263)) | 0;
  seed = Math.imul(seed ^ (seed >>> 13), 1274126177);
  return ((seed ^ (seed >>> 16)) >>> 0) / 2 ** 32;
}

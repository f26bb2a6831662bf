import type { Coords } from "leaflet";

/** A ground without streets: a quiet grid that moves and grows with the map. Asks no other host for anything. */
export const Grid = {
  tile(_coords: Coords, size: number): HTMLCanvasElement {
    const canvas = document.createElement("canvas");
    const sharp = Math.min(devicePixelRatio, 1.5);
    canvas.width = canvas.height = Math.round(size * sharp);
    const brush = canvas.getContext("2d");
    if (brush) paint(brush, canvas.width);
    return canvas;
  },
};

const CELLS = 4;

function paint(brush: CanvasRenderingContext2D, size: number): void {
  const dark = matchMedia("(prefers-color-scheme: dark)").matches;
  const [land, thin, broad] = dark ? ["#23272f", "#2d333d", "#3a414d"] : ["#f3f4f6", "#e4e7eb", "#d3d8df"];
  brush.fillStyle = land;
  brush.fillRect(0, 0, size, size);
  for (let n = 0; n < CELLS; n++) {
    brush.fillStyle = n === 0 ? broad : thin;
    const at = Math.round((n * size) / CELLS);
    brush.fillRect(at, 0, 1, size);
    brush.fillRect(0, at, size, 1);
  }
}

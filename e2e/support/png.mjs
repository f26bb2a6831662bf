// Small pictures: a screenshot with at most 256 colours, which pages of few colours do not show.
import { crc32, deflateSync } from "node:zlib";

const COLOURS = 256;

/** The same picture (a PNG) with a palette, a third of its size; any page of the browser decodes it. */
export async function small(page, png) {
  const { width, height, pixels } = await decode(page, png);
  const { palette, index } = reduce(pixels);
  const rows = Buffer.alloc((width + 1) * height);
  for (let y = 0; y < height; y += 1) {
    // The first byte of a row names its filter: none.
    for (let x = 0; x < width; x += 1) rows[y * (width + 1) + 1 + x] = index.get(pixels[y * width + x]);
  }
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  head.set([8, 3, 0, 0, 0], 8);
  const colours = Buffer.from(palette.flatMap((colour) => parts(colour)));
  const chunks = [chunk("IHDR", head), chunk("PLTE", colours), chunk("IDAT", deflateSync(rows, { level: 9 })), chunk("IEND", Buffer.alloc(0))];
  return Buffer.concat([Buffer.from("\x89PNG\r\n\x1a\n", "latin1"), ...chunks]);
}

/** Width, height and each pixel as one number, red first. */
async function decode(page, png) {
  const answer = await page.evaluate(async (base64) => {
    const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
    const bitmap = await createImageBitmap(new Blob([bytes], { type: "image/png" }));
    const canvas = new OffscreenCanvas(bitmap.width, bitmap.height).getContext("2d");
    canvas.drawImage(bitmap, 0, 0);
    const { data } = canvas.getImageData(0, 0, bitmap.width, bitmap.height);
    let text = "";
    for (let at = 0; at < data.length; at += 0x8000) text += String.fromCharCode(...data.subarray(at, at + 0x8000));
    return { width: bitmap.width, height: bitmap.height, text: btoa(text) };
  }, png.toString("base64"));
  const data = Buffer.from(answer.text, "base64");
  const pixels = new Uint32Array(answer.width * answer.height);
  for (let at = 0; at < pixels.length; at += 1) pixels[at] = (data[at * 4] << 16) | (data[at * 4 + 1] << 8) | data[at * 4 + 2];
  return { width: answer.width, height: answer.height, pixels };
}

const parts = (colour) => [colour >> 16, (colour >> 8) & 255, colour & 255];

/** The commonest colours, and for every colour the place of the nearest of them. */
function reduce(pixels) {
  const counts = new Map();
  for (const pixel of pixels) counts.set(pixel, (counts.get(pixel) ?? 0) + 1);
  const palette = [...counts.keys()].sort((a, b) => counts.get(b) - counts.get(a) || a - b).slice(0, COLOURS);
  const known = palette.map(parts);
  const nearest = (colour) => {
    const [red, green, blue] = parts(colour);
    const distances = known.map(([r, g, b]) => (r - red) ** 2 + (g - green) ** 2 + (b - blue) ** 2);
    return distances.indexOf(Math.min(...distances));
  };
  return { palette, index: new Map([...counts.keys()].map((colour) => [colour, nearest(colour)])) };
}

function chunk(name, content) {
  const body = Buffer.concat([Buffer.from(name, "latin1"), content]);
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(content.length);
  sum.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, sum]);
}

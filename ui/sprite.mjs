// One SVG with a symbol per icon named in `icons.txt` (Lucide), used by `<use href="…#name">`.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

export function sprite(folder, list) {
  const names = list.split(/\s+/).filter(Boolean).sort();
  const symbols = names.map((name) => {
    const path = join(folder, `${name}.svg`);
    if (!existsSync(path)) throw new Error(`icons.txt: Lucide has no icon named "${name}"; see https://lucide.dev/icons`);
    const body = readFileSync(path, "utf8").replace(/<!--[^]*?-->/g, "").replace(/^[^]*?<svg[^>]*>/, "").replace(/<\/svg>\s*$/, "");
    return `<symbol id="${name}" viewBox="0 0 24 24">${body.replace(/\s+/g, " ").replace(/> </g, "><").replace(/ \/>/g, "/>").trim()}</symbol>`;
  });
  return Buffer.from(`<svg xmlns="http://www.w3.org/2000/svg">${symbols.join("")}</svg>`);
}

// Bundles the styles, scripts, icons and fonts into one folder and lists them in `table.tsv`.
// Usage: node build.mjs OUT. Same sources, same bytes: file names carry a hash of the content.
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { basename, extname, join } from "node:path";
import { brotliCompressSync, constants } from "node:zlib";
import { build } from "esbuild";
import { marks } from "./marks.mjs";
import { sprite } from "./sprite.mjs";

const out = process.argv[2] ?? "dist";
if (out.startsWith("-")) {
  console.error(`${out} is no folder: node build.mjs OUT`);
  process.exit(2);
}
const here = import.meta.dirname;
rmSync(out, { recursive: true, force: true });
mkdirSync(out, { recursive: true });

const types = {
  ".css": "text/css; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".svg": "image/svg+xml",
  ".png": "image/png",
  ".woff2": "font/woff2",
};
const hash = (bytes) => createHash("sha256").update(bytes).digest("base64url").slice(0, 10);
/** Logical name -> file name. The binary asks by logical name. */
const table = new Map();

const common = {
  absWorkingDir: here,
  bundle: true,
  minify: true,
  outdir: out,
  entryNames: "[name]-[hash]",
  chunkNames: "[name]-[hash]",
  assetNames: "[name]-[hash]",
  publicPath: "/assets",
  loader: { ".woff2": "file", ".png": "dataurl" },
  metafile: true,
  legalComments: "none",
  logLevel: "warning",
  target: ["es2022", "chrome123", "safari17.5", "firefox121"],
};

// Positions and percentages that pages may ask for: the content policy allows no inline style.
const marksPlugin = {
  name: "marks",
  setup(b) {
    b.onResolve({ filter: /^marks$/ }, () => ({ path: "marks", namespace: "marks" }));
    b.onLoad({ filter: /.*/, namespace: "marks" }, () => ({ contents: marks(), loader: "css" }));
  },
};

const styles = await build({ ...common, entryPoints: ["css/app.css", "css/map.css"], plugins: [marksPlugin] });
const scripts = await build({ ...common, entryPoints: ["ts/app.ts"], format: "esm", splitting: true });
for (const { outputs } of [styles.metafile, scripts.metafile]) {
  for (const [path, made] of Object.entries(outputs)) {
    const file = basename(path);
    const logical = made.entryPoint ? basename(made.entryPoint).replace(/\.ts$/, ".js") : file;
    table.set(logical, file);
  }
}
const put = (logical, bytes) => {
  const ext = extname(logical);
  const file = `${basename(logical, ext)}-${hash(bytes)}${ext}`;
  writeFileSync(join(out, file), bytes);
  table.set(logical, file);
};
put("icons.svg", sprite(join(here, "node_modules/lucide-static/icons"), readFileSync(join(here, "icons.txt"), "utf8")));
for (const file of readdirSync(join(here, "public")).sort()) put(file, readFileSync(join(here, "public", file)));

// The worker keeps the files that every page of an officer needs; its own bytes change when one of them does.
const kept = [...table.values()].filter((file) => !/^(map|leaflet|fence|icon-\d)/.test(file)).sort();
const font = kept.find((file) => file.startsWith("public-sans-latin-wght-normal"));
table.set("public-sans.woff2", font);
await build({
  ...common,
  entryPoints: ["ts/sw.ts"],
  entryNames: "[name]",
  define: { ASSETS: JSON.stringify(kept.map((file) => `/assets/${file}`)), VERSION: JSON.stringify(hash(kept.join())) },
});
table.set("sw.js", "sw.js");

const rows = [...table].sort(([a], [b]) => (a < b ? -1 : 1));
for (const [, file] of rows) {
  if (/\.(woff2|png)$/.test(file)) continue;
  const bytes = readFileSync(join(out, file));
  const params = { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length };
  writeFileSync(join(out, `${file}.br`), brotliCompressSync(bytes, { params }));
}
writeFileSync(join(out, "table.tsv"), rows.map(([name, file]) => `${name}\t${file}\t${types[extname(file)]}\n`).join(""));

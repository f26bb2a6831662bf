// Runs every browser test and prints how many passed: `node run.mjs [part of a file's name ...]`.
// `node run.mjs pictures` takes the pictures of the guides instead.
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { run } from "node:test";
import { spec } from "node:test/reporters";
import { fillOriginal } from "./support/stage.mjs";

const folder = join(import.meta.dirname, "tests");
/** Files that need no demo, or one of their own: they run while the demo of the others is filled. */
const FIRST = ["first-visit", "harness", "parts"];
const wanted = process.argv.slice(2);
if (wanted[0] === "pictures") {
  await (await import("./pictures.mjs")).takePictures();
  process.exit();
}
const comesFirst = (name) => FIRST.includes(name.replace(".test.mjs", ""));
const files = readdirSync(folder)
  .filter((name) => name.endsWith(".test.mjs"))
  .filter((name) => wanted.length === 0 || wanted.some((part) => name.includes(part)))
  .sort((one, other) => comesFirst(other) - comesFirst(one) || one.localeCompare(other))
  .map((name) => join(folder, name));

if (files.length === 0) {
  console.log(`no test file has ${wanted.join(" or ")} in its name`);
  process.exit(1);
}

const counts = { passed: 0, failed: 0 };
// A suite reports itself, too: only what has no tests below it is counted.
const isTest = (event) => event.details.type !== "suite" && !files.includes(event.name);
const scratch = mkdtempSync(join(tmpdir(), "muster-e2e-run-"));
const filling = fillOriginal(scratch).catch((error) => { console.log(error); process.exitCode = 1; });
// Each file has a demo and a browser of its own, so that they do not meet.
const tests = run({ files, concurrency: availableParallelism(), timeout: 15 * 60_000 });
tests.on("test:pass", (event) => { if (isTest(event)) counts.passed += 1; });
tests.on("test:fail", (event) => { counts.failed += 1; process.exitCode = 1; });
tests.on("test:pass", (event) => {
  if (event.skip !== undefined) { counts.failed += 1; process.exitCode = 1; console.log(`a test was skipped: ${event.name}`); }
});
tests.compose(spec).pipe(process.stdout);
tests.on("end", () => setImmediate(async () => {
  await filling;
  rmSync(scratch, { recursive: true, force: true });
  if (counts.passed === 0) process.exitCode = 1;
  console.log(`${counts.passed} passed, ${counts.failed} failed`);
}));

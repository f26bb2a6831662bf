// Runs every browser test and prints how many passed: `node run.mjs [part of a file's name ...]`.
// `node run.mjs pictures` takes the pictures of the guides instead.
import { readdirSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { run } from "node:test";
import { spec } from "node:test/reporters";

const folder = join(import.meta.dirname, "tests");
const wanted = process.argv.slice(2);
if (wanted[0] === "pictures") {
  await (await import("./pictures.mjs")).takePictures();
  process.exit();
}
const files = readdirSync(folder)
  .filter((name) => name.endsWith(".test.mjs"))
  .filter((name) => wanted.length === 0 || wanted.some((part) => name.includes(part)))
  .sort()
  .map((name) => join(folder, name));

if (files.length === 0) {
  console.log(`no test file has ${wanted.join(" or ")} in its name`);
  process.exit(1);
}

const counts = { passed: 0, failed: 0 };
// A suite reports itself, too: only what has no tests below it is counted.
const isTest = (event) => event.details.type !== "suite" && !files.includes(event.name);
// Each file has a demo and a browser of its own, so that they do not meet.
const tests = run({ files, concurrency: availableParallelism(), timeout: 15 * 60_000 });
tests.on("test:pass", (event) => { if (isTest(event)) counts.passed += 1; });
tests.on("test:fail", (event) => { counts.failed += 1; process.exitCode = 1; });
tests.on("test:pass", (event) => {
  if (event.skip !== undefined) { counts.failed += 1; process.exitCode = 1; console.log(`a test was skipped: ${event.name}`); }
});
tests.compose(spec).pipe(process.stdout);
tests.on("end", () => setImmediate(() => {
  if (counts.passed === 0) process.exitCode = 1;
  console.log(`${counts.passed} passed, ${counts.failed} failed`);
}));

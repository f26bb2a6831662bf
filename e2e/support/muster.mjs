// The product itself: the built binary with a demo of its own in a temporary folder.
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "./ports.mjs";

const ROOT = join(import.meta.dirname, "..", "..");
const TARGET = process.env.CARGO_TARGET_DIR ?? join(ROOT, "target");
const START_LIMIT_MS = 180_000;

/**
 * Starts `muster demo` on a free port and waits until it answers. `stop()` ends it and removes its data;
 * `stop({ keep: true })` leaves the folder `data`, so that another start can go on with it.
 */
export async function startMuster(options = [], folder = undefined) {
  const binary = process.env.MUSTER_BINARY ?? join(TARGET, "debug", "muster");
  if (!existsSync(binary)) throw new Error(`${binary} is not built: cargo build -p muster`);
  const data = folder ?? (await mkdtemp(join(tmpdir(), "muster-e2e-")));
  const port = await freePort();
  const child = spawn(binary, ["demo", "--listen", `127.0.0.1:${port}`, "--data", data, ...options], { cwd: ROOT });
  let log = "";
  const keep = (text) => { log = (log + text).slice(-20_000); };
  child.stdout.on("data", keep);
  child.stderr.on("data", keep);
  // localhost, not 127.0.0.1: a browser takes Secure cookies and passkeys from it without TLS.
  const origin = `http://localhost:${port}`;
  const ended = new Promise((resolve) => child.on("exit", resolve));
  const stop = async ({ keep = false } = {}) => {
    child.kill("SIGTERM");
    const killer = setTimeout(() => child.kill("SIGKILL"), 5_000);
    await ended;
    clearTimeout(killer);
    if (!keep) await rm(data, { recursive: true, force: true });
  };
  const deadline = Date.now() + START_LIMIT_MS;
  while (!(await answers(origin))) {
    if (child.exitCode !== null || Date.now() > deadline) {
      await stop();
      throw new Error(`muster demo did not start:\n${log}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  return { origin, data, stop, log: () => log };
}

async function answers(origin) {
  try {
    return (await fetch(origin, { redirect: "manual" })).status < 500;
  } catch {
    return false;
  }
}

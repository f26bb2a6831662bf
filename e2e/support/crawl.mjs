// Walks through every page that one person can reach, and looks at each as people see it.
import { findings } from "./axe.mjs";
import { SCHEMES, shot } from "./browser.mjs";

/** Not pages: files to keep, feeds, and what ends the session. */
const LEFT_OUT = [/\.(csv|ics|jsonl?|pdf|txt|ya?ml)$/, /^\/api\//, /^\/assets\//, /\/export$/, /^\/sign-out/, /^\/demo/];
/** Pages of one kind that one person opens. */
const SAMPLES = 2;

/** The rules of axe that depend on colours. */
const COLOUR_RULES = ["color-contrast", "link-in-text-block"];

/** The kind of a page: its path with ids and dates left open. */
export function kind(path) {
  return path
    .replace(/[a-z]{3}_[0-9a-f]{32}/g, "{id}")
    .replace(/\/\d{4}-\d{2}-\d{2}/g, "/{date}")
    .replace(/\/\d+(?=\/|$)/g, "/{number}");
}

/**
 * Every page that can be reached by links from `start`, a few of each kind: paths in the order they were met. `onPage(path)`
 * is awaited while the page is open.
 */
export async function reachable(page, start, onPage) {
  const origin = new URL(page.url()).origin;
  const [visited, seen, met, broken, queue] = [new Set(), new Map(), [], [], [start]];
  while (queue.length > 0) {
    const path = queue.shift();
    const count = seen.get(kind(path)) ?? 0;
    if (visited.has(path) || count >= SAMPLES) continue;
    visited.add(path);
    const answer = await page.goto(path, { waitUntil: "load" });
    seen.set(kind(path), count + 1);
    if (!answer.ok()) broken.push(`${path}: ${answer.status()}`);
    const links = await page.$$eval("a[href]:not([download])", (all) => all.map((link) => link.href));
    const own = links.map((link) => new URL(link)).filter((url) => url.origin === origin).map((url) => url.pathname);
    queue.push(...own.filter((next) => !LEFT_OUT.some((pattern) => pattern.test(next))));
    if (!answer.ok()) continue;
    met.push(path);
    await onPage(path);
  }
  return { paths: met, broken };
}

/** In the page: ids that two elements share, and buttons that cannot be pressed because something lies over them. */
function strays() {
  const ids = [...document.querySelectorAll("[id]")].map((one) => one.id);
  const shared = new Set(ids.filter((id, at) => ids.indexOf(id) !== at));
  const wrong = [...shared].map((id) => `two elements have the id ${id}`);
  for (const button of document.querySelectorAll("main button:enabled")) {
    button.scrollIntoView({ block: "center", inline: "center", behavior: "instant" });
    const box = button.getBoundingClientRect();
    if (box.width === 0 || !button.checkVisibility({ visibilityProperty: true })) continue;
    const hit = document.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2);
    if (!button.contains(hit)) wrong.push(`"${button.innerText.trim()}" is covered by ${hit?.outerHTML.slice(0, 120)}`);
  }
  return wrong;
}

/** What is wrong with the open page that axe has no rule for; it may lie anywhere, so the page is scrolled. */
export async function misfits(page) {
  const wrong = await page.evaluate(strays);
  const overflow = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  if (overflow !== 0) wrong.push(`the page is ${overflow} px wider than the screen`);
  return wrong;
}

/** In the page: colours change at once from here on, so that none is measured on its way to another. */
function holdStill() {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync("*, ::before, ::after { transition: none !important; animation: none !important; }");
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
  // The rule holds only for changes after the page was laid out with it.
  document.body.getBoundingClientRect();
}

/**
 * What is wrong with the open page in each colour scheme. Keeps a picture where something is, and of each page when the
 * environment has PICTURES: to look at them all takes as long again as the check.
 */
export async function look(page, name) {
  const path = new URL(page.url()).pathname;
  const wrong = [];
  await page.evaluate(holdStill);
  for (const scheme of SCHEMES) {
    await page.emulateMedia({ colorScheme: scheme });
    // The second scheme can differ in colour only.
    const rules = scheme === SCHEMES[0] ? undefined : COLOUR_RULES;
    const found = (await findings(page, rules)).map((finding) => `${path} (${scheme}): ${finding}`);
    wrong.push(...found);
    if (found.length > 0 || process.env.PICTURES) await shot(page, `${name}-${scheme}-${kind(path).replace(/[^a-z]+/g, "-").replace(/^-|-$/g, "") || "start"}`);
  }
  wrong.push(...(await misfits(page)).map((misfit) => `${path}: ${misfit}`));
  await page.emulateMedia({ colorScheme: SCHEMES[0] });
  return wrong;
}

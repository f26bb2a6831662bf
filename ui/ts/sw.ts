// The worker: keeps the files of the app for good and the officer's pages for when there is no signal.
import { flush } from "./punches";

declare const ASSETS: string[];
declare const VERSION: string;

interface Lasting extends Event {
  waitUntil(work: Promise<unknown>): void;
}
interface Fetching extends Lasting {
  readonly request: Request;
  respondWith(answer: Promise<Response>): void;
}
interface Pushed extends Lasting {
  readonly data: { json(): { title?: string; body?: string; href?: string; tag?: string } } | null;
}
interface Clicked extends Lasting {
  readonly notification: Notification;
}
interface Worker {
  addEventListener(type: "install" | "activate", heard: (event: Lasting) => void): void;
  addEventListener(type: "fetch", heard: (event: Fetching) => void): void;
  addEventListener(type: "sync", heard: (event: Lasting & { tag: string }) => void): void;
  addEventListener(type: "message", heard: (event: Lasting & MessageEvent) => void): void;
  addEventListener(type: "push", heard: (event: Pushed) => void): void;
  addEventListener(type: "notificationclick", heard: (event: Clicked) => void): void;
  skipWaiting(): Promise<void>;
  clients: { claim(): Promise<void>; matchAll(options: object): Promise<{ url: string; focus(): Promise<unknown> }[]>; openWindow(url: string): Promise<unknown> };
  registration: { showNotification(title: string, options: NotificationOptions): Promise<void> };
}
const worker = self as unknown as Worker;

const FILES = `files-${VERSION}`;
const PAGES = "pages-";
const MOST_PAGES = 40;
const PATIENCE_MS = 4000;

worker.addEventListener("install", (event) => {
  event.waitUntil(caches.open(FILES).then((cache) => cache.addAll(ASSETS)).then(() => worker.skipWaiting()));
});
worker.addEventListener("activate", (event) => {
  const old = (name: string) => name.startsWith("files-") && name !== FILES;
  event.waitUntil(caches.keys().then((names) => Promise.all(names.filter(old).map((name) => caches.delete(name)))).then(() => worker.clients.claim()));
});

worker.addEventListener("message", (event) => {
  const { user, keep, forget } = event.data as { user?: string; keep?: string[]; forget?: boolean };
  if (forget) return event.waitUntil(forgetBut(""));
  if (user && keep) event.waitUntil(forgetBut(keep.length > 0 ? user : "").then(() => fill(user, keep)));
});

/** Removes the pages of everybody but one person. */
async function forgetBut(user: string): Promise<void> {
  const names = (await caches.keys()).filter((name) => name.startsWith(PAGES) && name !== PAGES + user);
  await Promise.all(names.map((name) => caches.delete(name)));
}

/** Fetches the pages that an officer needs without a signal, unless they are fresh. */
async function fill(user: string, addresses: string[]): Promise<void> {
  const cache = await caches.open(PAGES + user);
  for (const address of addresses) {
    const had = await cache.match(address, { ignoreVary: true });
    if (had && Date.now() - Date.parse(had.headers.get("x-kept-at") ?? "") < 60_000) continue;
    const answer = await fetch(address, { headers: { accept: "text/html" } }).catch(() => undefined);
    if (answer) await put(cache, address, answer);
  }
}

/** Keeps a page with the time of its keeping. Redirects (to the sign-in) and errors are not pages. */
async function put(cache: Cache, address: string, answer: Response): Promise<void> {
  if (answer.status !== 200 || answer.redirected || !answer.headers.get("content-type")?.includes("text/html")) return;
  const headers = new Headers(answer.headers);
  headers.set("x-kept-at", new Date().toISOString());
  headers.delete("content-encoding");
  headers.delete("content-length");
  await cache.put(address, new Response(await answer.blob(), { status: 200, headers }));
  const keys = await cache.keys();
  await Promise.all(keys.slice(0, Math.max(0, keys.length - MOST_PAGES)).map((key) => cache.delete(key)));
}

worker.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== location.origin) return;
  if (url.pathname.startsWith("/assets/")) event.respondWith(file(request));
  else if (request.mode === "navigate") event.respondWith(page(event));
});

async function file(request: Request): Promise<Response> {
  const had = await caches.match(request, { ignoreVary: true });
  if (had) return had;
  const answer = await fetch(request);
  if (answer.ok) void caches.open(FILES).then((cache) => cache.put(request, answer.clone())).catch(() => undefined);
  return answer;
}

/** The network first; after four seconds or without it the page as it was. */
async function page(event: Fetching): Promise<Response> {
  const name = (await caches.keys()).find((one) => one.startsWith(PAGES));
  const cache = name === undefined ? undefined : await caches.open(name);
  const had = await cache?.match(event.request, { ignoreVary: true });
  const network = fetch(event.request).then((answer) => {
    if (cache && answer.ok) event.waitUntil(keepSeen(cache, event.request, answer.clone()));
    return answer;
  });
  if (!had) return network.catch(nothing);
  const late = new Promise<undefined>((resolve) => setTimeout(() => resolve(undefined), PATIENCE_MS));
  const answer = await Promise.race([network, late]).catch(() => undefined);
  return answer ?? dated(had);
}

/** Pages below a kept one (a job of the list) are kept once they were seen. */
async function keepSeen(cache: Cache, request: Request, answer: Response): Promise<void> {
  const path = new URL(request.url).pathname;
  const kept = (await cache.keys()).map((one) => new URL(one.url).pathname);
  if (kept.some((one) => path === one || path.startsWith(`${one}/`))) await put(cache, request.url, answer);
}

/** The page says itself how old it is. */
async function dated(had: Response): Promise<Response> {
  const html = (await had.text()).replace("<body", `<body data-kept="${had.headers.get("x-kept-at") ?? ""}"`);
  return new Response(html, { status: 200, headers: had.headers });
}

function nothing(): Response {
  const css = ASSETS.find((file) => file.endsWith(".css")) ?? "";
  const html = `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>No connection \u00b7 Muster</title><link rel="stylesheet" href="${css}"><body class="plain"><main><div class="plain-card"><div class="empty"><h1>No connection</h1><p>This page is not kept on your phone. Your jobs, calendar and clock are, once you have opened them with a signal.</p><p><a class="button primary" href="">Try again</a></p></div></div></main>`;
  return new Response(html, { status: 503, headers: { "content-type": "text/html; charset=utf-8" } });
}

worker.addEventListener("sync", (event) => {
  if (event.tag === "punches") event.waitUntil(flush());
});

worker.addEventListener("push", (event) => {
  const said = event.data?.json() ?? {};
  event.waitUntil(worker.registration.showNotification(said.title ?? "Muster", { body: said.body ?? "", tag: said.tag ?? "", data: said.href ?? "/" }));
});
worker.addEventListener("notificationclick", (event) => {
  event.notification.close();
  const address = new URL(String(event.notification.data ?? "/"), location.origin);
  if (address.origin !== location.origin) return;
  event.waitUntil(
    worker.clients.matchAll({ type: "window" }).then((windows) => windows.find((one) => one.url === address.href)?.focus() ?? worker.clients.openWindow(address.href)),
  );
});

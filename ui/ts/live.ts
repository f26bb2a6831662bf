/** Pages that update themselves: `data-stream` names the address, `event: patch` carries elements that replace those with their ids. */
export function live(): void {
  const holder = document.querySelector<HTMLElement>("[data-stream]");
  if (!holder) return;
  const mark = (state: string) => {
    for (const sign of document.querySelectorAll<HTMLElement>("[data-live-mark]")) sign.dataset.liveMark = state;
  };
  let source: EventSource | undefined;
  const open = () => {
    if (source) return;
    source = new EventSource(holder.dataset.stream ?? "");
    source.addEventListener("open", () => mark("on"));
    source.addEventListener("error", () => mark("off"));
    source.addEventListener("patch", (event) => patch((event as MessageEvent<string>).data));
  };
  const close = () => {
    source?.close();
    source = undefined;
  };
  addEventListener("pagehide", close);
  // A hidden page gives its connection back; it gets the full state again when it is seen.
  document.addEventListener("visibilitychange", () => (document.hidden ? close() : open()));
  open();
}

/** Replaces elements by id and keeps what the person has scrolled or focused. */
export function patch(html: string): void {
  const holder = document.createElement("template");
  holder.innerHTML = html;
  for (const next of [...holder.content.children]) {
    const now = document.getElementById(next.id);
    if (!now) continue;
    const focused = now.contains(document.activeElement) ? document.activeElement?.id : undefined;
    const { scrollTop, scrollLeft } = now;
    now.replaceWith(next);
    next.scrollTop = scrollTop;
    next.scrollLeft = scrollLeft;
    if (focused) document.getElementById(focused)?.focus({ preventScroll: true });
    next.dispatchEvent(new CustomEvent("patched", { bubbles: true }));
  }
}

/** Forms with `data-live`: posts what is filled in so far and shows the answer's panel beside the form. Nothing is saved by it. */
export function quotes(): void {
  const waits = new WeakMap<HTMLFormElement, ReturnType<typeof setTimeout>>();
  const running = new WeakMap<HTMLFormElement, AbortController>();
  const ask = async (form: HTMLFormElement) => {
    const filled = new URLSearchParams();
    for (const [name, value] of new FormData(form)) if (typeof value === "string" && name !== "_key") filled.append(name, value);
    running.get(form)?.abort();
    const abort = new AbortController();
    running.set(form, abort);
    const selectors = (form.dataset.panel ?? "").split(",");
    const panels = selectors.map((selector) => document.querySelector(selector));
    for (const panel of panels) panel?.setAttribute("aria-busy", "true");
    try {
      const answer = await fetch(form.dataset.live ?? "", { method: "POST", body: filled, signal: abort.signal, headers: { accept: "text/html" } });
      if (!answer.headers.get("content-type")?.includes("text/html")) return;
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      for (const selector of selectors) {
        const [now, next] = [document.querySelector(selector), page.querySelector(selector)];
        if (now && next) now.replaceWith(document.adoptNode(next));
      }
    } catch {
      // Offline or overtaken by a newer question: the form itself still works.
    } finally {
      if (running.get(form) === abort) for (const selector of selectors) document.querySelector(selector)?.removeAttribute("aria-busy");
    }
  };
  const later = (form: HTMLFormElement, ms: number) => {
    clearTimeout(waits.get(form));
    waits.set(form, setTimeout(() => void ask(form), ms));
  };
  addEventListener("input", (event) => {
    const form = (event.target as Element).closest<HTMLFormElement>("form[data-live]");
    if (form) later(form, 350);
  });
  for (const form of document.querySelectorAll<HTMLFormElement>("form[data-live]")) later(form, 0);
}

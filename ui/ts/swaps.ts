/** Filters without a reload: fetches the same page and replaces only the parts that changed. */
export function swaps(): void {
  let wait: ReturnType<typeof setTimeout> | undefined;
  let running: AbortController | undefined;

  const show = async (form: HTMLFormElement) => {
    const query = new URLSearchParams();
    for (const [name, value] of new FormData(form)) if (typeof value === "string" && value !== "") query.append(name, value);
    const address = `${form.getAttribute("action") ?? location.pathname}${query.size > 0 ? `?${query}` : ""}`;
    running?.abort();
    running = new AbortController();
    try {
      await swap(address, form.dataset.swap ?? "main", { signal: running.signal });
      history.replaceState(null, "", address);
    } catch (error) {
      if (!(error instanceof DOMException && error.name === "AbortError")) location.href = address;
    }
  };
  const later = (form: HTMLFormElement, ms: number) => {
    clearTimeout(wait);
    wait = setTimeout(() => void show(form), ms);
  };
  addEventListener("input", (event) => {
    const input = event.target as HTMLInputElement;
    const form = input.closest<HTMLFormElement>("form[data-swap]");
    if (form) later(form, input.type === "search" || input.type === "text" ? 250 : 0);
  });
  addEventListener("submit", (event) => {
    const form = event.target as HTMLFormElement;
    if (!form.dataset.swap) return;
    event.preventDefault();
    later(form, 0);
  });
}

/** Replaces what `selectors` finds by what the answer has in its place. Throws when the answer is not a page. */
export async function swap(address: string, selectors: string, init: RequestInit = {}): Promise<void> {
  const answer = await fetch(address, { ...init, headers: { accept: "text/html", ...init.headers } });
  const type = answer.headers.get("content-type") ?? "";
  if (!type.includes("text/html") || answer.redirected) throw new Error(`no page at ${address}`);
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  for (const selector of selectors.split(",")) {
    const [now, next] = [document.querySelector(selector), page.querySelector(selector)];
    if (now && next) now.replaceWith(document.adoptNode(next));
  }
}

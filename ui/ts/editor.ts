import { say } from "./say";

/**
 * The rule editor: what is changed in a sentence is sent at once, one change after the other, and the page is swapped in
 * place. What was opened, focused or typed meanwhile stays.
 */
export function editor(): void {
  let running = false;
  const waiting: Array<{ form: string; button?: { name: string; value: string } }> = [];
  /** Inputs changed since the last form was sent, by id: they live on in the swapped page. */
  const typed = new Map<string, HTMLInputElement | HTMLSelectElement>();

  const enqueue = (form: HTMLFormElement, button?: { name: string; value: string }) => {
    const known = waiting.find((one) => one.form === form.id && !one.button);
    if (!known || button) waiting.push({ form: form.id, button });
    void run();
  };

  const run = async () => {
    if (running) return;
    running = true;
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      const form = document.getElementById(next.form);
      if (form instanceof HTMLFormElement && !(await send(form, next.button))) waiting.length = 0;
    }
    running = false;
  };

  /** Sends one form; false when the page could not be swapped. */
  const send = async (form: HTMLFormElement, button?: { name: string; value: string }): Promise<boolean> => {
    const body = new URLSearchParams();
    for (const [name, value] of new FormData(form)) if (typeof value === "string") body.append(name, value);
    if (button) body.append(button.name, button.value);
    for (const input of form.elements) typed.delete(input.id);
    document.getElementById("desk")?.setAttribute("aria-busy", "true");
    try {
      const action = new URL(form.action);
      action.search = location.search;
      const answer = await fetch(action, { method: "POST", body, headers: { accept: "text/html" } });
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const next = page.getElementById("desk");
      if (!next) {
        say(page.querySelector("main p")?.textContent ?? "This could not be kept. Reload the page and try again.", "bad");
        return false;
      }
      // A condition that was set closes; one with a mistake stays open.
      const done = form.hasAttribute("data-explicit") && !next.querySelector(".slot-error") ? form.closest("details")?.id : undefined;
      swap(next, done);
      const wrong = next.querySelector(".slot-error")?.textContent;
      if (wrong) say(wrong, "bad");
      else say(page.querySelector("#toasts p")?.textContent ?? "Kept", "ok");
      return true;
    } catch {
      say("No connection: the change is not kept yet. Try again in a moment.", "bad");
      return false;
    } finally {
      document.getElementById("desk")?.removeAttribute("aria-busy");
    }
  };

  const swap = (next: HTMLElement, done?: string) => {
    const now = document.getElementById("desk");
    if (!now) return;
    const open = new Set([...now.querySelectorAll<HTMLDetailsElement>("details[open][id]")].map((one) => one.id));
    const focused = now.contains(document.activeElement) ? document.activeElement?.id : undefined;
    const fresh = document.adoptNode(next);
    const added = fresh.querySelector<HTMLElement>("[data-new]");
    for (const one of fresh.querySelectorAll<HTMLDetailsElement>("details[id]")) {
      // A list of templates closes when it has done its work.
      if (open.has(one.id) && one.id !== done && !(added && one.classList.contains("adding"))) one.open = true;
    }
    for (const [id, was] of typed) {
      const input = fresh.querySelector<HTMLInputElement | HTMLSelectElement>(`#${CSS.escape(id)}`);
      if (!input) continue;
      if (input instanceof HTMLInputElement && was instanceof HTMLInputElement && input.type === "checkbox") input.checked = was.checked;
      else input.value = was.value;
    }
    now.replaceWith(fresh);
    conditions(fresh);
    if (added) {
      added.scrollIntoView({ block: "center" });
      added.querySelector<HTMLElement>(".sentence :is(input:not([type=hidden]),select)")?.focus({ preventScroll: true });
    } else if (done) document.getElementById(done)?.querySelector<HTMLElement>("summary")?.focus({ preventScroll: true });
    else if (focused) document.getElementById(focused)?.focus({ preventScroll: true });
  };

  addEventListener("input", (event) => {
    const input = event.target as HTMLInputElement;
    if (input.id && input.form?.hasAttribute("data-edit")) typed.set(input.id, input);
  });
  addEventListener("change", (event) => {
    const input = event.target as HTMLInputElement;
    if (input.matches?.("[data-condition] select")) {
      const row = input.closest("[data-condition]") as HTMLElement;
      conditions(row);
      if (input.value !== "") grow(row);
    }
    const form = input.form;
    if (!form?.hasAttribute("data-edit") || form.hasAttribute("data-explicit")) return;
    // A level is named before it is sent; ticks are sent when their list is closed.
    const level = input.parentElement?.querySelector<HTMLElement>(`[data-show-with="${CSS.escape(input.id)}"]`);
    if (level) {
      const asked = input.value === level.dataset.showValue;
      level.hidden = !asked;
      const name = level.querySelector("input");
      if (asked && name?.value === "") return name.focus();
    }
    if (input.closest(".pick")) return;
    enqueue(form);
  });
  addEventListener(
    "toggle",
    (event) => {
      const pick = event.target as HTMLDetailsElement;
      if (!pick.matches?.(".pick") || pick.open) return;
      const inputs = [...pick.querySelectorAll<HTMLInputElement>("input")];
      const form = inputs[0]?.form;
      if (form && inputs.some((input) => typed.has(input.id))) enqueue(form);
    },
    true,
  );
  // A click elsewhere or Escape closes a list of ticks.
  addEventListener("click", (event) => {
    for (const pick of document.querySelectorAll<HTMLDetailsElement>("#desk .pick[open]")) {
      if (!pick.contains(event.target as Node)) pick.open = false;
    }
  });
  addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    const pick = (event.target as Element).closest<HTMLDetailsElement>(".pick[open]");
    if (!pick) return;
    pick.open = false;
    pick.querySelector("summary")?.focus();
  });
  addEventListener("submit", (event) => {
    const form = event.target as HTMLFormElement;
    if (!form.hasAttribute("data-edit")) return;
    event.preventDefault();
    const sender = event.submitter as HTMLButtonElement | null;
    enqueue(form, sender?.name ? { name: sender.name, value: sender.value } : undefined);
  });
  conditions(document.body);
}

/** An empty row follows the last one that says something. */
function grow(row: HTMLElement): void {
  const rows = [...(row.closest("form")?.querySelectorAll<HTMLElement>("[data-condition]") ?? [])];
  if (row !== rows.at(-1)) return;
  const copy = row.cloneNode(true) as HTMLElement;
  copy.classList.remove("invalid");
  copy.querySelector(".slot-error")?.remove();
  for (const input of copy.querySelectorAll<HTMLInputElement | HTMLSelectElement>("input,select")) {
    input.name = input.name.replace(/^rows\.\d+\./, `rows.${rows.length}.`);
    input.id = input.id.replace(/-\d+-(\w+)$/, `-${rows.length}-$1`);
    input.setAttribute("aria-label", (input.ariaLabel ?? "").replace(/\d+$/, String(rows.length + 1)));
    input.value = "";
  }
  row.after(copy);
  conditions(copy);
}

/** Rows of a condition: only comparisons that fit the fact, no value where the fact says all. */
function conditions(within: HTMLElement): void {
  const rows = within.matches("[data-condition]") ? [within] : [...within.querySelectorAll<HTMLElement>("[data-condition]")];
  for (const row of rows) {
    const fact = row.querySelector<HTMLSelectElement>("select")?.selectedOptions[0];
    const compare = row.querySelector<HTMLSelectElement>("[data-compare]");
    const value = row.querySelector<HTMLInputElement>("[data-value]");
    if (!fact || !compare || !value) continue;
    const fits = fact.dataset.fits?.split(" ");
    compare.hidden = value.hidden = !fits;
    if (!fits) continue;
    for (const option of compare.options) option.hidden = option.disabled = !fits.includes(option.value);
    if (!fits.includes(compare.value)) compare.value = fits[0] ?? "";
    value.placeholder = fact.dataset.example ?? "";
    const list = `${row.closest("form")?.id.replace(/-form$/, "")}-${fact.dataset.list}`;
    if (document.getElementById(list)) value.setAttribute("list", list);
    else value.removeAttribute("list");
  }
  for (const level of within.querySelectorAll<HTMLElement>("[data-show-with]")) {
    const select = level.parentElement?.querySelector<HTMLSelectElement>(`#${CSS.escape(level.dataset.showWith ?? "")}`);
    level.hidden = select?.value !== level.dataset.showValue;
  }
}

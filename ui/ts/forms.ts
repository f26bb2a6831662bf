/** Forms: one press sends once, changes are not lost unasked, rows come and go, files drop in. */
export function forms(): void {
  window.addEventListener("submit", (event) => {
    const form = event.target as HTMLFormElement;
    if (!form.hasAttribute("data-once")) return;
    if (form.dataset.sent) return event.preventDefault();
    form.dataset.sent = "1";
    const sender = event.submitter;
    // Only after the form data was taken, or the value of the pressed button would be missing.
    setTimeout(() => sender?.setAttribute("aria-busy", "true"));
  });
  // The page came back from the browser's own memory: its forms may be sent again, the key makes that harmless.
  window.addEventListener("pageshow", (event) => {
    if (!event.persisted) return;
    for (const form of document.querySelectorAll<HTMLFormElement>("form[data-sent]")) delete form.dataset.sent;
    for (const busy of document.querySelectorAll("[aria-busy]")) busy.removeAttribute("aria-busy");
  });
  conditions();
  guard();
  rows();
  drops();
  selections();
}

/** Shows what `data-if`/`data-is` asks for and hides the rest. What is hidden is still sent: the server decides what counts. */
function conditions(): void {
  const apply = (form: HTMLFormElement) => {
    const filled = new FormData(form);
    for (const part of form.querySelectorAll<HTMLElement>("[data-if]")) {
      part.hidden = !filled.getAll(part.dataset.if ?? "").includes(part.dataset.is ?? "");
    }
  };
  addEventListener("input", (event) => {
    const form = (event.target as Element).closest("form");
    if (form?.querySelector("[data-if]")) apply(form);
  });
  for (const part of document.querySelectorAll("[data-if]")) {
    const form = part.closest("form");
    if (form) apply(form);
  }
}

function guard(): void {
  let dirty = false;
  addEventListener("input", (event) => {
    if ((event.target as Element).closest("form[data-guard]")) dirty = true;
  });
  addEventListener("submit", () => (dirty = false));
  addEventListener("beforeunload", (event) => {
    if (dirty) event.preventDefault();
  });
}

function rows(): void {
  addEventListener("click", (event) => {
    const target = event.target as Element;
    const remove = target.closest("[data-remove]");
    if (remove) {
      const list = remove.closest(".rows-list");
      const row = remove.closest(".form-row");
      const form = remove.closest("form");
      const next = row?.nextElementSibling ?? row?.previousElementSibling;
      row?.remove();
      (next?.querySelector<HTMLElement>("input,select") ?? list?.parentElement?.querySelector<HTMLElement>("[name=add]"))?.focus();
      form?.dispatchEvent(new Event("input", { bubbles: true }));
      return;
    }
    const add = target.closest<HTMLButtonElement>('.rows > button[name="add"]');
    const box = add?.parentElement;
    const blank = box?.querySelector("template");
    if (!add || !box || !blank) return;
    event.preventDefault();
    const number = Number(box.dataset.next);
    box.dataset.next = String(number + 1);
    const holder = document.createElement("template");
    holder.innerHTML = blank.innerHTML.replaceAll("__i__", String(number));
    box.querySelector(".rows-list")?.append(holder.content);
    box.querySelector<HTMLElement>(".form-row:last-child :is(input,select,textarea)")?.focus();
    box.dispatchEvent(new Event("input", { bubbles: true }));
  });
}

function drops(): void {
  for (const type of ["dragenter", "dragover", "dragleave", "drop"]) {
    addEventListener(type, (event) => {
      const box = event.target instanceof Element ? event.target.closest("[data-drop]") : null;
      box?.classList.toggle("over", type.startsWith("drage") || type === "dragover");
    });
  }
  addEventListener("change", (event) => {
    const input = event.target as HTMLInputElement;
    const name = input.closest("[data-drop]")?.querySelector("output");
    if (name) name.textContent = [...(input.files ?? [])].map((file) => file.name).join(", ");
  });
}

function selections(): void {
  addEventListener("change", (event) => {
    const input = event.target as HTMLInputElement;
    const form = input.dataset.selectAll ?? input.getAttribute("form");
    if (!form || input.type !== "checkbox") return;
    const boxes = [...document.querySelectorAll<HTMLInputElement>(`td.pick input[form="${CSS.escape(form)}"]`)];
    if (input.dataset.selectAll) for (const box of boxes) box.checked = input.checked;
    const chosen = boxes.filter((box) => box.checked).length;
    const all = document.querySelector<HTMLInputElement>(`[data-select-all="${CSS.escape(form)}"]`);
    if (all) {
      all.checked = chosen > 0 && chosen === boxes.length;
      all.indeterminate = chosen > 0 && chosen < boxes.length;
    }
    for (const words of document.querySelectorAll(`[data-chosen="${CSS.escape(form)}"]`)) words.textContent = String(chosen);
  });
}

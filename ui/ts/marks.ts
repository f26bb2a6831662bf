import { say } from "./say";

/** Small signs and keys: offline mark, messages that leave, copy and print buttons, `/` for the search. */
export function marks(): void {
  // A page from the phone's own store means no connection, whatever the browser believes.
  const offline = (is: boolean) => {
    for (const mark of document.querySelectorAll<HTMLElement>("[data-offline]")) mark.hidden = !is;
  };
  addEventListener("online", () => offline(false));
  addEventListener("offline", () => offline(true));
  offline(!navigator.onLine || document.body.dataset.kept !== undefined);

  for (const body of document.querySelectorAll<HTMLElement>("[data-start-hour]")) {
    const week = body.parentElement;
    if (week) week.scrollTop = (body.scrollHeight / 24) * Number(body.dataset.startHour) - 20;
  }
  document.querySelector<HTMLElement>("[data-focus]")?.focus();
  for (const toast of document.querySelectorAll<HTMLElement>(".toast")) leave(toast);

  addEventListener("click", (event) => {
    const target = event.target as Element;
    const copy = target.closest<HTMLElement>("[data-copy]");
    if (copy) navigator.clipboard.writeText(copy.dataset.copy ?? "").then(() => say("Copied", "ok"), () => say("The browser did not allow copying", "bad"));
    if (target.closest("[data-print]")) print();
  });
  window.addEventListener("keydown", (event) => {
    const at = event.target as HTMLElement;
    if (event.key !== "/" || event.ctrlKey || event.metaKey || at.matches("input,textarea,select,[contenteditable]")) return;
    const search = document.querySelector<HTMLInputElement>("[data-search-key]");
    if (!search?.checkVisibility()) return;
    event.preventDefault();
    search.focus();
  });
}

function leave(toast: HTMLElement): void {
  if (toast.classList.contains("bad")) return;
  setTimeout(() => {
    toast.classList.add("leaving");
    setTimeout(() => toast.remove(), 300);
  }, 6000);
}

import { flush, waiting } from "./punches";

/** What stays on the phone: the worker with its pages, and the presses of the clock that wait for a signal. */
export function kept(): void {
  const { user, kept: since, keep } = document.body.dataset;
  if (since) old(new Date(since));
  if (!("serviceWorker" in navigator) || !user) return;
  const tell = (message: object) => void navigator.serviceWorker.ready.then(({ active }) => active?.postMessage(message));
  void navigator.serviceWorker.register("/sw.js").then(() => tell({ user, keep: keep?.split(" ") ?? [] }), () => undefined);

  // At sign-out the pages leave the phone. Presses that were not sent stay: they are somebody's hours.
  addEventListener("submit", (event) => {
    if ((event.target as HTMLFormElement).action.endsWith("/sign-out")) tell({ forget: true });
  });
  const send = () => void flush(user);
  addEventListener("online", send);
  document.addEventListener("visibilitychange", () => document.hidden || send());
  void waiting(user).then((presses) => presses.length > 0 && send());
}

function old(since: Date): void {
  const line = document.createElement("div");
  line.className = "frame-banner accent";
  line.setAttribute("role", "status");
  const day = since.toDateString() === new Date().toDateString() ? "" : `${since.toLocaleDateString([], { month: "short", day: "numeric" })}, `;
  line.textContent = `No connection. This page is as it was at ${day}${since.toLocaleTimeString([], { hour: "2-digit", minute: "2-digit", hour12: false })}.`;
  document.querySelector("main")?.prepend(line);
  addEventListener("online", () => {
    const again = document.createElement("a");
    again.href = location.href;
    again.textContent = "Connected again: show this page as it is now";
    line.replaceChildren(again);
  });
}

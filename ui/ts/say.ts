/** Says something for a moment at the edge of the page, also to screen readers. */
export function say(words: string, tone: "ok" | "bad" | "info" = "info"): void {
  const toast = document.createElement("div");
  toast.className = `toast ${tone}`;
  const line = document.createElement("p");
  line.textContent = words;
  toast.append(line);
  document.getElementById("toasts")?.append(toast);
  setTimeout(() => toast.remove(), tone === "bad" ? 12000 : 6000);
}

/** Opens dialogs where the browser does not know `commandfor` yet, and those that the server wants open. */
export function dialogs(): void {
  const known = "commandForElement" in HTMLButtonElement.prototype;
  addEventListener("click", (event) => {
    const target = event.target as Element;
    if (target instanceof HTMLDialogElement && !Reflect.has(target, "closedBy")) target.close();
    const button = target.closest<HTMLElement>("[commandfor]");
    if (known || !button) return;
    const dialog = document.getElementById(button.getAttribute("commandfor") ?? "");
    if (!(dialog instanceof HTMLDialogElement)) return;
    if (button.getAttribute("command") === "close") dialog.close();
    else dialog.showModal();
  });
  for (const dialog of document.querySelectorAll<HTMLDialogElement>("dialog[data-open]")) dialog.showModal();
}

// The script of every page: small, and nothing on a page needs it to work.
import { dialogs } from "./dialogs";
import { forms } from "./forms";
import { live, quotes } from "./live";
import { marks } from "./marks";
import { kept } from "./kept";
import { swaps } from "./swaps";

dialogs();
forms();
marks();
swaps();
quotes();
live();
kept();

// Tabs that do not fit on a phone: the one that is open is in view.
for (const tab of document.querySelectorAll<HTMLElement>("a.chip[aria-current]")) {
  const row = tab.parentElement!;
  const middle = (box: DOMRect) => box.left + box.width / 2;
  row.scrollLeft += middle(tab.getBoundingClientRect()) - middle(row.getBoundingClientRect());
}

if (document.getElementById("desk")) void import("./editor").then(({ editor }) => editor());
if (document.getElementById("clock")) void import("./clock").then(({ clock }) => clock());
const maps = document.querySelectorAll<HTMLElement>("[data-map],[data-fence]");
if (maps.length > 0) {
  // The map is heavy: it comes when somebody is about to see it.
  const seen = new IntersectionObserver(
    (entries) => {
      for (const { isIntersecting, target } of entries) {
        if (!isIntersecting) continue;
        seen.unobserve(target);
        void import("./map").then((map) => map.start(target as HTMLElement));
      }
    },
    { rootMargin: "200px" },
  );
  for (const map of maps) seen.observe(map);
}

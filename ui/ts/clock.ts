import { drop, flush, keep, listen, type News, type Press, waiting } from "./punches";
import { say } from "./say";

interface Fix {
  lat: number;
  lon: number;
  accuracy: number;
  at: number;
}

const EARTH_M = 6_371_000;
const FENCE_R = 49;
const OFFSET = "muster-offset";
/** Time until presses that wait are sent again, which doubles with each try that leaves one waiting. */
const RETRY_MS = { first: 2_000, most: 15_000 };

/** The page of the clock: place against fence, one button, and the presses that wait on this phone. */
export function clock(): void {
  const box = document.getElementById("clock");
  if (box) new Clock(box).start();
}

class Clock {
  private readonly user = document.body.dataset.user ?? "";
  private readonly site: { lat: number; lon: number; radius: number } | undefined;
  private readonly button: HTMLButtonElement;
  private fix: Fix | undefined;
  private state: "in" | "out";
  private since: number | undefined;
  private watch: number | undefined;
  /** The last try to send did not reach the server. */
  private unsent = false;

  constructor(private readonly box: HTMLElement) {
    const { lat, lon, radius, state, since, now } = box.dataset;
    this.site = lat && lon ? { lat: Number(lat), lon: Number(lon), radius: Number(radius) || 150 } : undefined;
    this.state = state === "in" ? "in" : "out";
    this.since = since ? Date.parse(since) : undefined;
    this.button = this.find<HTMLButtonElement>("[data-punch]");
    // A page from the phone's own store is old: its time says nothing about the phone's clock.
    if (now && !document.body.dataset.kept) localStorage.setItem(OFFSET, String(Date.parse(now) - Date.now()));
  }

  start(): void {
    this.button.addEventListener("click", () => void this.press());
    this.find(".queue").addEventListener("click", (event) => void this.answer(event));
    listen((news) => this.hear(news));
    document.addEventListener("visibilitychange", () => this.look());
    setInterval(() => this.tick(), 1000);
    this.look();
    void this.redraw();
    void this.keepSending();
  }

  private find<T extends Element = HTMLElement>(selector: string): T {
    const found = this.box.querySelector<T>(selector);
    if (!found) throw new Error(`the clock has no ${selector}`);
    return found;
  }

  /** Follows the position only while somebody looks. */
  private look(): void {
    if (this.watch !== undefined) navigator.geolocation.clearWatch(this.watch);
    this.watch = undefined;
    if (document.hidden || !("geolocation" in navigator)) return;
    this.watch = navigator.geolocation.watchPosition(
      (position) => this.place(position),
      (error) => this.lost(error),
      { enableHighAccuracy: true, maximumAge: 5000, timeout: 20_000 },
    );
  }

  private place({ coords, timestamp }: GeolocationPosition): void {
    this.fix = { lat: coords.latitude, lon: coords.longitude, accuracy: coords.accuracy, at: timestamp };
    this.radar();
  }

  private lost(error: GeolocationPositionError): void {
    if (this.fix && error.code !== error.PERMISSION_DENIED) return;
    this.fix = undefined;
    const denied = error.code === error.PERMISSION_DENIED;
    this.words("unknown", denied ? "Your position is switched off" : "No position yet", denied
      ? "Allow location for this site in your browser. You can press without it; your coordinator will see that the place is unknown."
      : "You can press without it; your coordinator will see that the place is unknown.");
  }

  private verdict(): { verdict: "inside" | "outside" | "unknown"; metres: number } {
    if (!this.fix || !this.site) return { verdict: "unknown", metres: 0 };
    const { east, north } = this.offset();
    const metres = Math.hypot(east, north);
    const [doubt, vague] = [Number(this.box.dataset.doubt), Number(this.box.dataset.vague)];
    const { accuracy } = this.fix;
    // The server's rule with the server's numbers, so that both say the same.
    if (metres <= this.site.radius) return { verdict: "inside", metres };
    if (metres - accuracy > this.site.radius) return { verdict: "outside", metres };
    if (accuracy > vague) return { verdict: "unknown", metres };
    return { verdict: metres - Math.min(accuracy, doubt) > this.site.radius ? "outside" : "inside", metres };
  }

  private offset(): { east: number; north: number } {
    const rad = Math.PI / 180;
    const [fix, site] = [this.fix, this.site];
    if (!fix || !site) return { east: 0, north: 0 };
    return { east: (fix.lon - site.lon) * rad * EARTH_M * Math.cos(site.lat * rad), north: (fix.lat - site.lat) * rad * EARTH_M };
  }

  private radar(): void {
    if (!this.fix) return;
    if (!this.site) {
      return this.words("unknown", "Your position is known", "This site has no point on the map. Your place is sent with the press.");
    }
    const { verdict, metres } = this.verdict();
    const { east, north } = this.offset();
    const scale = FENCE_R / this.site.radius;
    const shrink = Math.min(1, 94 / Math.max(1, metres * scale));
    const at = { x: east * scale * shrink, y: -north * scale * shrink };
    for (const [part, radius] of [["me", "6.5"], ["blur", String(Math.min(98, this.fix.accuracy * scale))]]) {
      const circle = this.find<SVGCircleElement>(`.${part}`);
      circle.removeAttribute("hidden");
      circle.setAttribute("cx", at.x.toFixed(1));
      circle.setAttribute("cy", at.y.toFixed(1));
      circle.setAttribute("r", radius ?? "0");
    }
    const far = metres < 1000 ? `${Math.round(metres)} m` : `${(metres / 1000).toFixed(1)} km`;
    if (verdict === "unknown") {
      this.find(".clock-reason").hidden = true;
      return this.words(verdict, "Your place is too vague", `Accurate to ${Math.round(this.fix.accuracy)} m only. You can press; your coordinator will see that the place is unknown.`);
    }
    this.words(
      verdict,
      verdict === "inside" ? `On site \u00b7 ${far} from the pin` : `Away from the site \u00b7 ${far}`,
      `Accurate to ${Math.round(this.fix.accuracy)} m \u00b7 fence ${this.site.radius} m`,
    );
    this.find(".clock-reason").hidden = verdict !== "outside";
  }

  private words(verdict: string, words: string, note: string): void {
    this.find(".radar").dataset.verdict = verdict;
    const line = this.find(".radar-words");
    if (line.textContent !== words) line.textContent = words;
    this.find(".radar-note").textContent = note;
  }

  /** One press: written on the phone first, sent second. */
  private async press(): Promise<void> {
    const reason = this.find<HTMLTextAreaElement>("#clock-reason");
    if (this.verdict().verdict === "outside" && reason.value.trim() === "") {
      this.find(".clock-reason").hidden = false;
      reason.focus();
      return say("You are away from the site. Say why, then press again.", "bad");
    }
    this.button.disabled = true;
    try {
      const fix = await this.fresh();
      const press: Press = {
        id: crypto.randomUUID(),
        user: this.user,
        assignment: this.box.dataset.assignment ?? "",
        kind: this.state === "in" ? "out" : "in",
        pressed_at: new Date().toISOString(),
        lat: fix?.lat ?? null,
        lon: fix?.lon ?? null,
        accuracy_m: fix ? Math.round(fix.accuracy) : null,
        offset_ms: Math.round(Number(localStorage.getItem(OFFSET) ?? 0)),
        reason: reason.value.trim(),
      };
      await keep(press);
      navigator.vibrate?.(60);
      reason.value = "";
      await this.redraw();
      const worker = (await navigator.serviceWorker?.getRegistration()) as { sync?: { register(tag: string): Promise<void> } } | undefined;
      worker?.sync?.register("punches").catch(() => undefined);
      void flush(this.user);
    } catch {
      say("This phone could not keep the press. Take a photo of the clock and tell your coordinator.", "bad");
    } finally {
      this.button.disabled = false;
    }
  }

  /** The last position when it is young, or a new one, or none: a press never waits long. */
  private fresh(): Promise<Fix | undefined> {
    const fix = this.fix;
    if (fix && Date.now() - fix.at < 30_000) return Promise.resolve(fix);
    if (!("geolocation" in navigator)) return Promise.resolve(fix);
    return new Promise((resolve) => {
      navigator.geolocation.getCurrentPosition(
        (position) => (this.place(position), resolve(this.fix)),
        () => resolve(undefined),
        { enableHighAccuracy: true, maximumAge: 15_000, timeout: 6000 },
      );
    });
  }

  private hear(news: News): void {
    if ("accepted" in news) {
      say(news.words, news.verdict === "outside" ? "info" : "ok");
      this.box.dataset.state = this.state = news.accepted.kind;
      this.since = news.accepted.kind === "in" ? Date.parse(news.accepted.pressed_at) : undefined;
      this.box.dataset.since = news.accepted.kind === "in" ? news.accepted.pressed_at : "";
      // After the last press out the page has another shift to show.
      if (news.accepted.kind === "out") setTimeout(() => this.find(".clock-queue").hidden && location.reload(), 4000);
    }
    this.unsent = "unreached" in news;
    if ("signIn" in news) this.find(".clock-queue").dataset.signIn = "1";
    void this.redraw();
  }

  /** Looks again and again, as long as the page is open: browsers often do not notice that the signal is back. */
  private async keepSending(): Promise<void> {
    let wait = RETRY_MS.first;
    for (;;) {
      await new Promise((resolve) => setTimeout(resolve, wait));
      const some = !this.find(".clock-queue").hidden;
      if (some) await flush(this.user).catch(() => undefined);
      wait = some ? Math.min(wait * 2, RETRY_MS.most) : RETRY_MS.first;
    }
  }

  /** The state is what the server last said, changed by the presses it has not heard of. */
  private async redraw(): Promise<void> {
    const presses = await waiting(this.user);
    const { state, since, assignment } = this.box.dataset;
    this.state = state === "in" ? "in" : "out";
    this.since = since ? Date.parse(since) : undefined;
    for (const press of presses) {
      if (press.assignment !== assignment || press.problem) continue;
      this.state = press.kind;
      this.since = press.kind === "in" ? Date.parse(press.pressed_at) : undefined;
    }
    this.button.dataset.kind = this.state === "in" ? "out" : "in";
    this.find("[data-punch-words]").textContent = this.state === "in" ? "Clock out" : "Clock in";
    this.tick();
    const card = this.find(".clock-queue");
    card.hidden = presses.length === 0;
    this.find(".queue").replaceChildren(...presses.map((press) => this.row(press, card.dataset.signIn === "1")));
  }

  private row(press: Press, signIn: boolean): HTMLElement {
    const row = document.createElement("li");
    const time = new Date(press.pressed_at).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit", hour12: false });
    const what = `${press.kind === "in" ? "Clock in" : "Clock out"} \u00b7 ${time}`;
    row.dataset.id = press.id;
    if (press.problem) {
      row.className = "attention";
      row.append(`${what} \u00b7 needs attention`, text(`${press.problem.message} ${press.problem.remedy}`), action("again", "Send again"), action("drop", "Remove"));
    } else if (signIn) {
      row.append(`${what} \u00b7 waiting for your sign-in`);
      const link = document.createElement("a");
      link.className = "button sm";
      link.href = `/sign-in?next=${encodeURIComponent(location.pathname)}`;
      link.textContent = "Sign in to send it";
      row.append(link);
    } else {
      row.append(`${what} \u00b7 ${navigator.onLine && !this.unsent ? "sending" : "waiting for signal"}`);
    }
    return row;
  }

  private async answer(event: Event): Promise<void> {
    const button = (event.target as Element).closest<HTMLElement>("[data-do]");
    const id = button?.closest<HTMLElement>("[data-id]")?.dataset.id;
    const press = (await waiting(this.user)).find((one) => one.id === id);
    if (!press || !button) return;
    if (button.dataset.do === "drop") {
      if (confirm("Remove this press from the phone? Do so only when your coordinator has recorded the time.")) await drop(press.id);
    } else {
      const { problem: _, ...again } = press;
      await keep(again);
      await flush(this.user);
    }
    await this.redraw();
  }

  private tick(): void {
    const timer = this.find("[data-timer]");
    if (this.state !== "in" || this.since === undefined) return void (timer.textContent = "");
    const seconds = Math.max(0, Math.floor((Date.now() - this.since) / 1000));
    timer.textContent = [seconds / 3600, (seconds / 60) % 60, seconds % 60].map((part) => String(Math.floor(part)).padStart(2, "0")).join(":");
  }
}

function text(words: string): HTMLElement {
  const line = document.createElement("p");
  line.textContent = words;
  return line;
}

function action(what: string, words: string): HTMLElement {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "button sm";
  button.dataset.do = what;
  button.textContent = words;
  return button;
}

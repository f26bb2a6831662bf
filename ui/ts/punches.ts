// Presses of the clock, kept on the phone until the server has answered. Shared by the page and the worker.

/** One press. The id is made here, so that the server records it once however often it is sent. */
export interface Press {
  id: string;
  user: string;
  assignment: string;
  kind: "in" | "out";
  pressed_at: string;
  lat: number | null;
  lon: number | null;
  accuracy_m: number | null;
  /** The server's clock minus the phone's, learned at the last contact. */
  offset_ms: number;
  reason: string;
  /** Why it needs a person: the server refused it. */
  problem?: { message: string; remedy: string };
}

/** What the pages hear: the list changed, an answer came, or the session is over. */
export type News = { changed: true } | { accepted: Press; words: string; verdict: string } | { signIn: true } | { unreached: true };

const CHANNEL = "punches";
/** A try on a line that is there in name only ends after this, so that the next one can begin. */
const TRY_MS = 30_000;

function open(): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const asked = indexedDB.open("muster", 1);
    asked.onupgradeneeded = () => asked.result.createObjectStore("presses", { keyPath: "id" });
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = () => reject(asked.error);
  });
}

async function use<T>(mode: IDBTransactionMode, work: (store: IDBObjectStore) => IDBRequest<T>): Promise<T> {
  const db = await open();
  try {
    return await new Promise<T>((resolve, reject) => {
      const tx = db.transaction("presses", mode, { durability: "strict" });
      const asked = work(tx.objectStore("presses"));
      tx.oncomplete = () => resolve(asked.result);
      tx.onerror = tx.onabort = () => reject(tx.error);
    });
  } finally {
    db.close();
  }
}

function tell(news: News): void {
  const channel = new BroadcastChannel(CHANNEL);
  channel.postMessage(news);
  channel.close();
}

/** Calls back at each piece of news, also from the worker and from other pages. */
export function listen(heard: (news: News) => void): void {
  new BroadcastChannel(CHANNEL).onmessage = (event) => heard(event.data as News);
}

/** The presses of a person that the server has not taken, oldest first. */
export async function waiting(user?: string): Promise<Press[]> {
  const all = (await use("readonly", (store) => store.getAll())) as Press[];
  return all.filter((press) => user === undefined || press.user === user).sort((a, b) => a.pressed_at.localeCompare(b.pressed_at));
}

/** Keeps a press. Resolves only when it is written. */
export async function keep(press: Press): Promise<void> {
  await use("readwrite", (store) => store.put(press));
  tell({ changed: true });
}

/** Takes a press off the phone, because the server has it or the person says so. */
export async function drop(id: string): Promise<void> {
  await use("readwrite", (store) => store.delete(id));
  tell({ changed: true });
}

/** Sends what waits, in order. One page or the worker at a time. A press with a problem is left alone until asked again. */
export async function flush(user?: string): Promise<void> {
  await navigator.locks.request("punches", async () => {
    for (const press of await waiting(user)) {
      if (press.problem) continue;
      if (!(await send(press))) return;
    }
  });
}

/** Whether sending may go on with the next press. */
async function send(press: Press): Promise<boolean> {
  const { user: _, problem: __, ...body } = press;
  let answer: Response;
  try {
    answer = await fetch("/api/v1/punches", {
      method: "POST",
      headers: { "content-type": "application/json", accept: "application/json", "idempotency-key": press.id },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(TRY_MS),
    });
  } catch {
    tell({ unreached: true });
    return false;
  }
  const said = (await answer.json().catch(() => ({}))) as Partial<Record<"words" | "verdict" | "detail" | "message" | "remedy", string>>;
  if (answer.ok) {
    await drop(press.id);
    tell({ accepted: press, words: said.words ?? "Recorded", verdict: said.verdict ?? "" });
    return true;
  }
  if (answer.status === 401) {
    tell({ signIn: true });
    return false;
  }
  if (answer.status >= 500 || [408, 425, 429].includes(answer.status)) {
    tell({ unreached: true });
    return false;
  }
  const problem = { message: said.detail ?? said.message ?? `The server did not take it (${answer.status}).`, remedy: said.remedy ?? "Tell your coordinator." };
  await keep({ ...press, problem });
  return true;
}

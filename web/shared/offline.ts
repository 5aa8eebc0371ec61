/** What a page learns of its service worker. */
export type Offline =
  /** The browser has no service workers here, or refused: the page needs a network. */
  | { readonly kind: "online-only"; readonly reason: string }
  /** Every file is kept. */
  | { readonly kind: "ready" }
  /** A newer version waits. `takeOver` starts it, and loads the page again. */
  | { readonly kind: "newer"; takeOver(): void };

/** Keeps the page offline, and tells `changed` what became of that. */
export async function keepOffline(changed: (state: Offline) => void): Promise<void> {
  const workers = (navigator as Partial<Navigator>).serviceWorker;
  if (workers === undefined) {
    changed({ kind: "online-only", reason: "no service workers" });
    return;
  }
  try {
    const registration = await workers.register("./service-worker.js", { type: "classic" });
    const tell = () => {
      const { waiting } = registration;
      if (waiting !== null && workers.controller !== null) {
        changed({ kind: "newer", takeOver: () => takeOver(workers, waiting) });
      } else if (registration.active !== null) {
        changed({ kind: "ready" });
      }
    };
    registration.addEventListener("updatefound", () => {
      registration.installing?.addEventListener("statechange", tell);
    });
    await workers.ready;
    tell();
  } catch (refused) {
    changed({ kind: "online-only", reason: String(refused) });
  }
}

function takeOver(workers: ServiceWorkerContainer, waiting: ServiceWorker): void {
  workers.addEventListener("controllerchange", () => location.reload(), { once: true });
  waiting.postMessage("take-over");
}

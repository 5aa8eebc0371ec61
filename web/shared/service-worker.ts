// The service worker of every page: the whole page comes from one cache, so that its files are of
// one version. A newer version is loaded beside it, and takes over when the page says so or when
// the page is opened the next time.

const scope = self as unknown as ServiceWorkerGlobalScope;
const PREFIX = `livepermit-${OFFLINE_PAGE}-`;
const CACHE = PREFIX + OFFLINE_VERSION;

scope.addEventListener("install", (event) => {
  event.waitUntil(fill());
});

scope.addEventListener("activate", (event) => {
  event.waitUntil(dropOlder().then(() => scope.clients.claim()));
});

scope.addEventListener("message", (event) => {
  if (event.data === "take-over") void scope.skipWaiting();
});

scope.addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.method !== "GET") return;
  const name = fileOf(request);
  if (name === undefined) return;
  event.respondWith(answer(name, request));
});

/** Loads all files past the browser's own cache, which may hold some of another version. */
async function fill(): Promise<void> {
  const cache = await caches.open(CACHE);
  const wanted = OFFLINE_FILES.map((name) => new Request(name, { cache: "reload" }));
  await cache.addAll(wanted);
}

async function dropOlder(): Promise<void> {
  for (const name of await caches.keys()) {
    if (name.startsWith(PREFIX) && name !== CACHE) await caches.delete(name);
  }
}

/** Which of the files is asked for. All else goes to the network as if there were no worker. */
function fileOf(request: Request): string | undefined {
  const root = scope.registration.scope;
  const [address] = request.url.split(/[?#]/);
  if (address === undefined || !address.startsWith(root)) return undefined;
  const name = address.slice(root.length);
  if (name === "" || name === "index.html") return "./";
  return OFFLINE_FILES.includes(name) ? name : undefined;
}

async function answer(name: string, request: Request): Promise<Response> {
  const kept = await (await caches.open(CACHE)).match(new URL(name, scope.registration.scope));
  // Browsers may clear a cache behind the back of the worker.
  return kept ?? fetch(request);
}

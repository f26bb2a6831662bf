/// <reference lib="webworker" />
declare const ASSETS: string[];
declare const VERSION: string;
const scope = self as unknown as ServiceWorkerGlobalScope;
scope.addEventListener("install", (event) => event.waitUntil(caches.open(`assets-${VERSION}`).then((cache) => cache.addAll(ASSETS))));

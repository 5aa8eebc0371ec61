// What a page of a wallet does. It names the module for wallets alone.

import * as lp from "/livepermit/holder.js";

export async function deviceKey() {
  await lp.loadHolder();
  const key = await lp.DeviceKey.open("wallet");
  const database = await new Promise((resolve, reject) => {
    const opening = indexedDB.open("livepermit-keys");
    opening.onsuccess = () => resolve(opening.result);
    opening.onerror = () => reject(opening.error);
  });
  const pair = await new Promise((resolve) => {
    const asked = database.transaction("keys").objectStore("keys").get("wallet");
    asked.onsuccess = () => resolve(asked.result);
  });
  database.close();
  const isRead = await crypto.subtle.exportKey("pkcs8", pair.privateKey).then(
    () => true,
    () => false,
  );
  if (isRead) throw new Error("a script read the private key");
  return [...key.publicKey.coseKey];
}

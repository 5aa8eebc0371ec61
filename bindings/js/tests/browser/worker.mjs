import { madeAndVerified } from "./page.mjs";

postMessage(await madeAndVerified());

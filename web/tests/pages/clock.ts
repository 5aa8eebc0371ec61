// A page that writes the time, as the elements have it.

import { clock } from "../../components/src/clock.js";

const line = document.querySelector("h1");
const write = () => {
  if (line !== null) line.textContent = `${clock.millis()} ${clock.uptime()}`;
  requestAnimationFrame(write);
};
write();
void clock.sleep(60_000).then(() => document.documentElement.classList.add("minute"));

import { sheet } from "../dom.js";

/** The look of the element. Pages change it by the variables and the parts. */
export const STYLE = sheet(`
:host {
  --green: var(--permit-gate-green, #0b6b34);
  --yellow: var(--permit-gate-yellow, #ffd24a);
  --red: var(--permit-gate-red, #b3201f);
  --out-of-order: var(--permit-gate-out-of-order, #1b4b9c);
  --neutral: var(--permit-gate-neutral, #46524e);
  display: grid;
  grid-template-columns: minmax(0, 1fr);
  grid-template-rows: auto 1fr auto;
  gap: 0.5rem;
  container-type: inline-size;
  color: inherit;
  overflow-wrap: anywhere;
}
:host([hidden]) { display: none; }
* { box-sizing: border-box; }
p, ul { margin: 0; padding: 0; }
ul { list-style: none; display: grid; gap: 0.25rem; }
.health {
  display: grid;
  gap: 0.25rem;
  padding: 0.5rem 0.75rem;
  border-inline-start: 0.375rem solid var(--green);
  border-radius: 6px;
  background: color-mix(in srgb, currentColor 8%, transparent);
}
.health.out { border-color: var(--out-of-order); }
.health.warned { border-color: #b07a00; }
.health .line { font-weight: 600; }
.stage {
  display: grid;
  gap: 0.5rem;
  grid-template-columns: minmax(0, 1fr);
  grid-template-rows: minmax(12rem, 3fr) minmax(8rem, 2fr);
}
.view {
  position: relative;
  overflow: hidden;
  border-radius: 10px;
  background: #000;
  color: #fff;
}
video {
  position: absolute;
  inset: 0;
  width: 100%;
  height: 100%;
  object-fit: contain;
}
video.mirrored { transform: scaleX(-1); }
.ask {
  position: absolute;
  inset: 0;
  display: grid;
  place-content: center;
  justify-items: center;
  gap: 0.75rem;
  padding: 1rem;
  text-align: center;
}
/* On a small screen the lights come first: nobody scrolls at a gate. */
.lights { display: grid; gap: 0.5rem; grid-auto-rows: minmax(0, 1fr); min-height: 0; order: -1; }
slot { display: grid; align-content: center; order: -1; min-width: 0; }
.stage.asking { grid-template-rows: auto minmax(8rem, 1fr); }
.light {
  display: grid;
  grid-template-columns: clamp(4rem, 24cqi, 18rem) minmax(0, 1fr);
  align-items: center;
  gap: clamp(0.75rem, 3cqi, 3rem);
  padding: clamp(0.75rem, 3cqi, 3rem);
  border-radius: 14px;
  background: var(--neutral);
  color: #fff;
}
.light svg { width: 100%; max-height: 100%; aspect-ratio: 1; }
.light .words { display: grid; gap: 0.375rem; min-width: 0; }
.light .word {
  font-size: clamp(1.75rem, 9cqi, 6rem);
  font-weight: 800;
  line-height: 1.1;
}
.light .do { font-size: clamp(1.125rem, 3.4cqi, 2.5rem); font-weight: 600; line-height: 1.25; }
.light .more { font-size: clamp(0.9375rem, 2cqi, 1.375rem); }
.light .who {
  display: grid;
  grid-template-columns: auto minmax(0, 1fr);
  gap: 0.125rem 0.75rem;
  margin: 0;
  font-size: clamp(1.125rem, 3.4cqi, 2.25rem);
}
.who dt { font-size: 0.75em; align-self: center; }
.who dd { margin: 0; font-weight: 700; }
.light.green { background: var(--green); }
.light.yellow { background: var(--yellow); color: #1d1600; }
.light.red { background: var(--red); }
.light.out-of-order { background: var(--out-of-order); }
.light.wait {
  grid-template-columns: 1fr;
  justify-items: center;
  text-align: center;
  border: 2px dashed currentColor;
  background: transparent;
  color: inherit;
}
.light.wait .word { font-size: clamp(1.5rem, 6cqi, 4rem); }
.tools { display: flex; flex-wrap: wrap; gap: 0.5rem; align-items: end; }
.tools label { display: grid; gap: 0.125rem; font-size: 0.875rem; min-width: 0; flex: 1 1 10rem; }
button, select {
  min-height: 44px;
  padding: 0.5rem 0.875rem;
  border: 1px solid currentColor;
  border-radius: 10px;
  background: transparent;
  color: inherit;
  font: inherit;
}
select { width: 100%; background: Canvas; color: CanvasText; }
button { font-weight: 600; cursor: pointer; }
button[aria-pressed="true"] { background: CanvasText; color: Canvas; }
.ask button { border-color: #fff; background: #fff; color: #000; font-size: 1.125rem; }
:focus-visible { outline: 3px solid var(--permit-gate-focus, #3d7bff); outline-offset: 2px; }
[hidden] { display: none !important; }
@container (min-width: 52rem) {
  .stage {
    grid-template-columns: minmax(0, 2fr) minmax(0, 3fr);
    grid-template-rows: minmax(0, 1fr);
  }
  .stage.asking { grid-template-rows: minmax(0, 1fr); }
  .lights, slot { order: 0; }
  .light:not(.wait) { grid-template-columns: 1fr; justify-items: center; text-align: center;
    align-content: center; }
  .light svg { width: clamp(6rem, 18cqi, 22rem); }
  .light .who { justify-self: center; grid-template-columns: auto auto; text-align: start; }
}
`);

import { sheet } from "../dom.js";
import { pictureStyle } from "../picture.js";

export const style = sheet(`
  :host {
    display: block; width: 100%; max-width: var(--permit-code-size, 30rem); margin-inline: auto;
  }
  :host([hidden]) { display: none; }
  ${pictureStyle}
  .message {
    display: grid; justify-items: center; align-content: center; gap: .75rem;
    min-height: 16rem; padding: 1rem; text-align: center;
  }
  .sign {
    display: grid; place-items: center; width: 4rem; height: 4rem; border-radius: 50%;
    border: 4px solid currentColor; font-size: 2.25rem; font-weight: 700; line-height: 1;
  }
  .sign[data-sign="!"] { color: var(--permit-problem, #8a1c1c); }
  .what { font-weight: 600; }
  .note { padding: .5rem .75rem; border-left: 4px solid #7a5200; background: #fff4dc; }
`);

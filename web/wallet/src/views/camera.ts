import { h } from "../../../components/src/dom.js";
import type { App } from "../app.js";
import { askTexts as texts } from "../texts/wallet.js";
import { problemPlace } from "./parts.js";

/** A button that opens the camera. `found` takes a text or leaves it. */
export function cameraButton(
  app: App,
  label: string,
  found: (text: string) => boolean,
): { element: HTMLElement; stop(): void } {
  let running: AbortController | undefined;
  const problem = problemPlace();
  const place = h("div", { class: "actions" });
  const open = h("button", { type: "button", class: "quiet" }, label);
  const stop = () => {
    running?.abort();
    running = undefined;
    place.replaceChildren(open, problem.element);
  };
  open.addEventListener("click", () => {
    const video = h("video", { playsinline: true, "aria-label": app.text(texts.looking) });
    video.muted = true;
    running = new AbortController();
    problem.say(undefined);
    place.replaceChildren(
      video,
      h("p", { role: "status" }, app.text(texts.looking)),
      h("button", { type: "button", class: "quiet", click: stop }, app.text(texts.stop)),
      problem.element,
    );
    void look(video, running.signal);
  });
  const look = async (video: HTMLVideoElement, signal: AbortSignal) => {
    try {
      // The reader of codes is large: it comes when it is wanted.
      const { scan } = await import("../../../shared/scan.js");
      await scan(video, signal, (text) => {
        if (signal.aborted || !found(text)) return false;
        stop();
        return true;
      });
    } catch (failure) {
      if (signal.aborted) return;
      stop();
      problem.say(app.text(texts.noCamera, { reason: String((failure as Error).message ?? "") }));
    }
  };
  place.append(open, problem.element);
  return { element: place, stop };
}

// The worker of a gate: it reads the frames, so that the page never waits.

import { challengeQrText, loadGate } from "livepermit/gate";

import { clock } from "../clock.js";
import { reasonOf } from "../reason.js";
import type { ToPage, ToWorker } from "./messages.js";
import { Lane } from "./worker/lane.js";
import { PixelReader } from "./worker/pixels.js";

const scope = self as unknown as DedicatedWorkerGlobalScope;
const reader = new PixelReader();
const tell = (message: ToPage) => scope.postMessage(message);
let lane: Promise<Lane> | undefined;
/** Streams whose frames are taken. */
let following: Promise<void> = Promise.resolve();
/** Each frame waits for the one before it. */
let turn: Promise<void> = Promise.resolve();

scope.onmessage = ({ data }: MessageEvent<ToWorker>) => {
  answer(data).catch((failure: unknown) => {
    const { code = "platform", reason = reasonOf(failure), instruction } = failure as {
      code?: string; reason?: string; instruction?: string;
    };
    tell({ kind: "failed", code, reason, ...(instruction !== undefined && { instruction }) });
  });
};

tell({ kind: "listens" });

async function answer(message: ToWorker): Promise<void> {
  if (message.kind === "close") {
    await following.finally(() => scope.close());
    return;
  }
  if (message.kind === "open") {
    lane = loadGate().then(() => Lane.open(message.options));
    const opened = await lane;
    tell({ kind: "opened" });
    void beat(opened);
    return;
  }
  const opened = await lane;
  if (opened === undefined) throw new Error("the gate is not open");
  switch (message.kind) {
    case "stream": {
      const followed = follow(opened, message.frames);
      following = Promise.all([following, followed]).then(() => undefined);
      await followed;
      tell({ kind: "stream-ended", session: message.session });
      break;
    }
    case "frame":
      await look(opened, message.frame);
      break;
    case "list":
      await opened.take(message.of, message.list);
      tell({ kind: "health", health: opened.health() });
      break;
    case "go-on":
      await opened.goOn(message.word);
      tell({ kind: "health", health: opened.health() });
      break;
    case "ask":
      ask(opened, message);
  }
}

function ask(opened: Lane, { seconds, form }: Extract<ToWorker, { kind: "ask" }>): void {
  try {
    const challenge = opened.ask(seconds, form);
    tell({ kind: "asked", challenge, qrText: challengeQrText(challenge) });
  } catch (failure) {
    tell({ kind: "not-asked", reason: reasonOf(failure) });
  }
}

/** Takes one frame after the other. While one is read, the camera drops what comes. */
async function follow(opened: Lane, frames: ReadableStream<VideoFrame>): Promise<void> {
  const camera = frames.getReader();
  for (;;) {
    const { done, value } = await camera.read();
    if (done) return;
    await look(opened, value);
  }
}

function look(opened: Lane, frame: Parameters<PixelReader["read"]>[0]): Promise<void> {
  turn = turn.then(async () => {
    try {
      tell(await opened.look(await reader.read(frame)));
    } catch (failure) {
      // A frame that cannot be read is the gate's own fault. The next one may be in order.
      tell(opened.spoiled(reasonOf(failure)));
    }
  });
  return turn;
}

async function beat(opened: Lane): Promise<never> {
  for (;;) {
    await opened.tick();
    tell({ kind: "health", health: opened.health() });
    await clock.sleep(1000);
  }
}

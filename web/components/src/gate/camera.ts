/** Why there is no camera. */
export type CameraTrouble =
  | "not-allowed"
  | "none-there"
  | "in-use"
  | "no-secure-page"
  | "other";

/** A camera that can be chosen. Browsers tell no names before one was allowed. */
export interface CameraChoice {
  readonly id: string;
  readonly name: string;
}

/** A camera that is open. */
export class Camera {
  readonly stream: MediaStream;
  readonly track: MediaStreamTrack;

  constructor(stream: MediaStream) {
    const [track] = stream.getVideoTracks();
    if (track === undefined) throw new DOMException("no picture", "NotFoundError");
    [this.stream, this.track] = [stream, track];
  }

  /** Opens this camera; with nothing, the one at the back. */
  static async open(id: string | undefined): Promise<Camera> {
    const media = (navigator as Partial<Navigator>).mediaDevices;
    if (media === undefined) throw new DOMException("no secure page", "SecurityError");
    const which = id === undefined ? { facingMode: "environment" } : { deviceId: { exact: id } };
    const video = { width: { ideal: 1280 }, height: { ideal: 720 }, ...which };
    return new Camera(await media.getUserMedia({ audio: false, video }));
  }

  get id(): string | undefined {
    return this.track.getSettings().deviceId;
  }

  /** Whether it looks at the person who holds the device: then its picture is shown mirrored. */
  get isFront(): boolean {
    return this.track.getSettings().facingMode === "user";
  }

  get hasTorch(): boolean {
    const able = this.track.getCapabilities?.() as { torch?: boolean } | undefined;
    return able?.torch === true;
  }

  async light(isOn: boolean): Promise<void> {
    const wish = { advanced: [{ torch: isOn }] } as unknown as MediaTrackConstraints;
    await this.track.applyConstraints(wish);
  }

  close(): void {
    for (const track of this.stream.getTracks()) track.stop();
  }
}

/** The cameras of the device. */
export async function cameras(): Promise<CameraChoice[]> {
  const media = (navigator as Partial<Navigator>).mediaDevices;
  const all = (await media?.enumerateDevices()) ?? [];
  return all
    .filter(({ kind, deviceId }) => kind === "videoinput" && deviceId !== "")
    .map(({ deviceId, label }) => ({ id: deviceId, name: label }));
}

/** What a failure of the platform means. */
export function troubleOf(failure: unknown): CameraTrouble {
  switch (failure instanceof DOMException ? failure.name : "") {
    case "NotAllowedError":
      return "not-allowed";
    case "NotFoundError":
    case "OverconstrainedError":
      return "none-there";
    case "NotReadableError":
    case "AbortError":
      return "in-use";
    case "SecurityError":
      return "no-secure-page";
    default:
      return "other";
  }
}

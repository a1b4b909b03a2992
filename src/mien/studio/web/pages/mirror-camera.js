// The camera: opened, read frame by frame, stopped. Nothing is recorded.

const WIDE = 640; // pixels that a frame is sent with at most: expressions need no more
const QUALITY = 0.8;
const SOON = 45; // ms; cameras give a picture every 33

/** Names of what can go wrong with a camera, from the browser's (MediaDevices.getUserMedia in the W3C's Media Capture). */
const TROUBLE = {
  NotAllowedError: "refused", SecurityError: "refused", NotFoundError: "missing", OverconstrainedError: "missing",
  NotReadableError: "taken", AbortError: "taken",
};

/** A camera that cannot be used: `trouble` is "refused", "missing", "taken" or "unsupported". */
export class CameraError extends Error {
  constructor(trouble) {
    super(trouble);
    this.trouble = trouble;
  }
}

export class Camera {
  #canvas = document.createElement("canvas");
  #stream = null;

  constructor(video) {
    this.video = video;
  }

  get on() {
    return this.#stream !== null;
  }

  /** Start a camera (any, or the one with this id); onlost() is called when it goes away by itself. Raises CameraError. */
  async start(id, onlost) {
    if (!navigator.mediaDevices?.getUserMedia) throw new CameraError("unsupported");
    const wanted = { width: { ideal: 640 }, height: { ideal: 480 }, frameRate: { ideal: 30 } };
    let stream;
    try {
      stream = await navigator.mediaDevices.getUserMedia({ audio: false, video: id ? { ...wanted, deviceId: { exact: id } } : { ...wanted, facingMode: "user" } });
    } catch (error) {
      throw new CameraError(TROUBLE[error.name] ?? "taken");
    }
    this.stop();
    this.#stream = stream;
    for (const track of stream.getTracks()) track.addEventListener("ended", () => { if (this.#stream === stream) onlost(); });
    this.video.srcObject = stream;
    await this.video.play().catch(() => {}); // stopped meanwhile: `on` says so
  }

  /** Let go of the camera; its light goes out. */
  stop() {
    for (const track of this.#stream?.getTracks() ?? []) track.stop();
    this.#stream = null;
    this.video.srcObject = null;
  }

  /** The cameras there are: [{value, label}]; named once one was allowed. */
  async list() {
    const all = await navigator.mediaDevices.enumerateDevices();
    return all.filter((one) => one.kind === "videoinput").map((one) => ({ value: one.deviceId, label: one.label }));
  }

  get id() {
    return this.#stream?.getVideoTracks()[0]?.getSettings().deviceId ?? "";
  }

  /** The picture of this moment as the bytes of a JPEG, or null where there is none yet. */
  frame() {
    const { video } = this;
    if (!this.on || video.readyState < HTMLMediaElement.HAVE_CURRENT_DATA || !video.videoWidth) return null;
    const scale = Math.min(1, WIDE / Math.max(video.videoWidth, video.videoHeight));
    const canvas = this.#canvas;
    const [width, height] = [Math.round(video.videoWidth * scale), Math.round(video.videoHeight * scale)];
    if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
    canvas.getContext("2d", { alpha: false, willReadFrequently: true }).drawImage(video, 0, 0, width, height);
    // Not toBlob: browsers encode for it when they are idle, on a busy machine half a second later. This takes 4 ms.
    return Uint8Array.from(atob(canvas.toDataURL("image/jpeg", QUALITY).split(",")[1]), (letter) => letter.charCodeAt(0));
  }

  /** Call back when the camera has a new picture, or soon where the browser is too busy to show it. */
  next(callback) {
    let called = false;
    const once = () => {
      if (called) return;
      called = true;
      callback();
    };
    setTimeout(once, SOON);
    this.video.requestVideoFrameCallback?.(once);
  }
}

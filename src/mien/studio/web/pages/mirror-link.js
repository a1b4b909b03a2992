// The live connection: frames out, scenes and avatars in. Two frames at most are on their way, so that none grows old.

import { socket } from "../api.js";

const ON_THEIR_WAY = 2;
const PATIENCE = 8000; // ms without an answer after which a frame counts as lost
const RETRIES = [300, 1000, 2500]; // ms before each new try

export class Link {
  #socket = null;
  #sent = new Map(); // sequence number -> when
  #number = 0;
  #tries = 0;
  #timer = 0;
  #ended = false;
  #avatars = { "*": null };
  #journal = null;

  /** onanswer(answer), onlost() when it cannot be had back, onstate("open" | "again"), onrecord(problem) when a recording
   * has ended by itself. */
  constructor({ onanswer, onlost, onstate, onrecord = () => {} }) {
    Object.assign(this, { onanswer, onlost, onstate, onrecord });
    this.#connect();
  }

  #connect() {
    const line = (this.#socket = new WebSocket(socket("/api/live")));
    line.binaryType = "arraybuffer";
    line.onopen = () => {
      this.#sent.clear();
      this.#tell();
      if (this.#journal) this.#say({ journal: this.#journal });
      this.onstate("open");
    };
    line.onmessage = (event) => {
      const answer = JSON.parse(event.data);
      if (this.#journal && (answer.recording === null || (answer.problem && !("seq" in answer)))) {
        this.record(null); // what is not shown as recording is not recorded
        this.onrecord(answer.problem);
      }
      if (!("seq" in answer)) return; // a word on the settings
      this.#tries = 0;
      for (const number of [...this.#sent.keys()]) if (number <= answer.seq) this.#sent.delete(number);
      if (!this.#ended && answer.scene) this.onanswer(answer);
    };
    line.onclose = () => {
      if (this.#ended) return;
      const pause = RETRIES[this.#tries++];
      if (pause === undefined) {
        this.close();
        this.onlost();
        return;
      }
      this.onstate("again");
      this.#timer = setTimeout(() => this.#connect(), pause);
    };
  }

  #tell() {
    this.#say({ avatars: this.#avatars, smooth: true });
  }

  #say(wish) {
    if (this.#socket.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify(wish));
  }

  /** Record into the journal: {session, person}; null ends it. */
  record(journal) {
    this.#journal = journal;
    this.#say({ journal });
  }

  /** Who wears what: {track_id or "*": spec, or null for as the camera shows them}. */
  wear(avatars) {
    this.#avatars = avatars;
    this.#tell();
  }

  /** Whether another frame may go. */
  get free() {
    const now = performance.now();
    for (const [number, when] of this.#sent) if (now - when > PATIENCE) this.#sent.delete(number);
    return this.#socket.readyState === WebSocket.OPEN && this.#sent.size < ON_THEIR_WAY;
  }

  /** Send the bytes of a JPEG, or drop it while others are on their way. */
  send(jpeg) {
    if (!this.free) return;
    const message = new Uint8Array(4 + jpeg.length);
    new DataView(message.buffer).setUint32(0, ++this.#number);
    message.set(jpeg, 4);
    this.#sent.set(this.#number, performance.now());
    this.#socket.send(message);
  }

  close() {
    this.#ended = true;
    clearTimeout(this.#timer);
    this.#socket.close();
  }
}

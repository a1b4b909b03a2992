// A folder as one zip (stored, not compressed: pictures are already), and sending it with progress.

import { Problem } from "../api.js";

const LITTER = /(^|\/)(\.|__MACOSX|Thumbs\.db|desktop\.ini)/;
const AT_ONCE = 32;

let table = null;

/** CRC-32 (ISO 3309) of more bytes after those that gave `crc`. */
function crc32(bytes, crc) {
  table ??= Uint32Array.from({ length: 256 }, (_, n) => {
    for (let k = 0; k < 8; k++) n = n & 1 ? 0xedb88320 ^ (n >>> 1) : n >>> 1;
    return n >>> 0;
  });
  let c = ~crc;
  for (let i = 0; i < bytes.length; i++) c = table[(c ^ bytes[i]) & 255] ^ (c >>> 8);
  return ~c >>> 0;
}

async function checksum(file) {
  let crc = 0;
  const reader = file.stream().getReader();
  for (let part; !(part = await reader.read()).done; ) crc = crc32(part.value, crc);
  return crc;
}

/** The files of a chosen folder that are worth sending: [{path, file}], paths below the folder; and its name. */
export function inside(files) {
  const found = [...files].map((file) => ({ file, path: (file.webkitRelativePath || file.name).split("/").slice(1).join("/") || file.name }));
  return { name: files[0]?.webkitRelativePath?.split("/")[0] || "faces", files: found.filter(({ path }) => !LITTER.test(path)) };
}

/**
 * Files as a zip (APPNOTE.TXT 6.3.10): a Blob that points at them, so that nothing is held in memory.
 * files: [{path, file}], 4 GB at most. onprogress(share).
 */
export async function zipped(files, onprogress) {
  const sums = [];
  for (let i = 0; i < files.length; i += AT_ONCE) {
    sums.push(...(await Promise.all(files.slice(i, i + AT_ONCE).map(({ file }) => checksum(file)))));
    onprogress(Math.min(1, (i + AT_ONCE) / files.length));
  }
  const parts = [];
  const directory = [];
  let offset = 0;
  files.forEach(({ path, file }, i) => {
    const name = new TextEncoder().encode(path);
    const head = header(0x04034b50, name, file.size, sums[i], 30);
    parts.push(head, name, file);
    const entry = header(0x02014b50, name, file.size, sums[i], 46);
    new DataView(entry).setUint32(42, offset, true);
    directory.push(entry, name);
    offset += 30 + name.length + file.size;
  });
  const length = directory.reduce((sum, one) => sum + one.byteLength, 0);
  return new Blob([...parts, ...directory, ...closing(files.length, length, offset)], { type: "application/zip" });
}

/** A local header (30 bytes) or one of the directory (46), which has two fields more in front. */
function header(signature, name, size, crc, length) {
  const view = new DataView(new ArrayBuffer(length));
  const at = length === 46 ? 6 : 4;
  view.setUint32(0, signature, true);
  if (length === 46) view.setUint16(4, 45, true);
  view.setUint16(at, 20, true);
  view.setUint16(at + 2, 0x0800, true); // names are UTF-8
  view.setUint16(at + 8, 0x0021, true); // 1980-01-01
  view.setUint32(at + 10, crc, true);
  view.setUint32(at + 14, size, true);
  view.setUint32(at + 18, size, true);
  view.setUint16(at + 22, name.length, true);
  return view.buffer;
}

/** The end of the directory; with a Zip64 record, since folders of faces have more than 65,535 files. */
function closing(count, length, offset) {
  const long = new DataView(new ArrayBuffer(76));
  const put = (at, value) => long.setBigUint64(at, BigInt(value), true);
  long.setUint32(0, 0x06064b50, true);
  put(4, 44);
  long.setUint16(12, 45, true);
  long.setUint16(14, 45, true);
  put(24, count);
  put(32, count);
  put(40, length);
  put(48, offset);
  long.setUint32(56, 0x07064b50, true);
  put(64, offset + length);
  long.setUint32(72, 1, true);
  const end = new DataView(new ArrayBuffer(22));
  end.setUint32(0, 0x06054b50, true);
  end.setUint16(8, Math.min(count, 0xffff), true);
  end.setUint16(10, Math.min(count, 0xffff), true);
  end.setUint32(12, length, true);
  end.setUint32(16, offset, true);
  return [long.buffer, end.buffer];
}

/** Send a data set: the answer's JSON. `fetch` tells no progress, so this is an XMLHttpRequest. */
export function send(blob, name, onprogress, signal) {
  return new Promise((done, failed) => {
    const request = new XMLHttpRequest();
    const lost = () => failed(new Problem({ title: "The studio does not answer", type: "/problems/offline" }));
    request.open("POST", "/api/lab/data");
    request.responseType = "json";
    request.upload.addEventListener("progress", (event) => onprogress(event.lengthComputable ? event.loaded / event.total : null));
    request.addEventListener("error", lost);
    request.addEventListener("abort", () => failed(new DOMException("stopped", "AbortError")));
    request.addEventListener("load", () => {
      if (request.status === 201) done(request.response);
      else failed(new Problem({ title: request.statusText, status: request.status, ...(request.response ?? {}) }));
    });
    signal.addEventListener("abort", () => request.abort());
    const form = new FormData();
    form.append("name", name);
    form.append("data", blob, "data");
    request.send(form);
  });
}

// Files -> a zip archive, stored as they are: the browser has no call that makes one.

const MADE_BY = 20; // version 2.0 of the format
const UTF8_NAMES = 0x0800;
const MIDNIGHT = 0;
const NEW_YEAR_1980 = (1 << 5) | 1; // the format's first day: an archive depends on its files alone

/** The archive of `files`, texts by name, as bytes. */
export function zip(files) {
  const encoder = new TextEncoder();
  const locals = [];
  const entries = [];
  let at = 0;
  for (const [name, text] of Object.entries(files)) {
    const [nameBytes, data] = [encoder.encode(name), encoder.encode(text)];
    const facts = [
      [2, MADE_BY], [2, UTF8_NAMES], [2, 0], [2, MIDNIGHT], [2, NEW_YEAR_1980],
      [4, crc32(data)], [4, data.length], [4, data.length], [2, nameBytes.length], [2, 0],
    ];
    const local = [record([[4, 0x04034b50], ...facts]), nameBytes, data];
    entries.push(record([[4, 0x02014b50], [2, MADE_BY], ...facts, [2, 0], [2, 0], [2, 0], [4, 0], [4, at]]), nameBytes);
    locals.push(...local);
    at += size(local);
  }
  const count = Object.keys(files).length;
  const end = record([[4, 0x06054b50], [2, 0], [2, 0], [2, count], [2, count], [4, size(entries)], [4, at], [2, 0]]);
  return new Blob([...locals, ...entries, end]);
}

const size = (parts) => parts.reduce((sum, part) => sum + part.length, 0);

/** Numbers, each of two or four bytes, little end first. */
function record(fields) {
  const bytes = [];
  for (const [width, value] of fields) for (let i = 0; i < width; i += 1) bytes.push((value >>> (8 * i)) & 255);
  return new Uint8Array(bytes);
}

function crc32(data) {
  let crc = ~0;
  for (const byte of data) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit += 1) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return ~crc >>> 0;
}

// Files that the page makes itself, handed to the visitor.

import { el } from "./dom.js";

/** Lets the browser save `content`, a text or a Blob, under `name`. */
export function download(name, content) {
  const url = URL.createObjectURL(new Blob([content]));
  el("a", { href: url, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

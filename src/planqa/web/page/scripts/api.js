// The server's calls, as plain JSON.

const PATIENCE = 60_000;
const REFUSED = { 403: "forbidden", 413: "large", 503: "busy" };

/** Why a call failed: `kind` names a text of texts.js, `line` is what the server itself said, if it did. */
export class CallFailed extends Error {
  constructor(kind, line = null) {
    super(line ?? kind);
    this.kind = kind;
    this.line = line;
  }
}

export const get = async (path) => (await send(path)).json();

export const post = async (path, body) =>
  (await send(path, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) })).json();

/** A change to the corpus; the header shows that no other site's page asks for it. */
export const change = async (path, method, token, body = null) =>
  (await send(path, { method, headers: { "x-planqa": encodeURIComponent(token) }, body })).json();

async function send(path, options = {}) {
  let response;
  try {
    response = await fetch(new URL(path, document.baseURI), { ...options, signal: AbortSignal.timeout(PATIENCE) });
  } catch {
    throw new CallFailed("offline");
  }
  if (response.ok) return response;
  if (response.status in REFUSED) throw new CallFailed(REFUSED[response.status]);
  const said = await response.json().catch(() => null);
  throw new CallFailed("broken", said?.error || null);
}

// The server's calls: Gradio's own HTTP API, with positional arguments, and a few routes beside it.

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

/** The answer to a question, which waits its turn in the server's queue. */
export async function ask(question, history, { report = null, year = null, place = null } = {}) {
  const { event_id: id } = await post("gradio_api/call/ask", { data: [question, history, report, year, place] });
  const stream = await (await send(`gradio_api/call/ask/${id}`)).text();
  const event = stream.trim().split("\n\n").pop();
  const [, name, data] = /^event: (\w+)\ndata: (.*)$/s.exec(event) ?? [];
  if (name === "complete") return JSON.parse(data)[0];
  throw refusal(data ? JSON.parse(data) : null);
}

/** What a call of the API returns that is answered at once. */
export async function read(name, ...data) {
  return (await post(`gradio_api/run/${name}`, { data })).data[0];
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
  throw refusal(await response.json().catch(() => null));
}

const refusal = (said) => new CallFailed("broken", said?.error || null);

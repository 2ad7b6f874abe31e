// The server's calls, by Gradio's own HTTP API; arguments are positional, results plain JSON.

const PATIENCE = 60_000;

/** Why a call failed: `kind` names a text of texts.js, `line` is what the server itself said, if it did. */
export class CallFailed extends Error {
  constructor(kind, line = null) {
    super(line ?? kind);
    this.kind = kind;
    this.line = line;
  }
}

/** A call that waits its turn in the server's queue. */
export async function ask(question, history, { report = null, year = null, place = null } = {}) {
  const posted = await send("call/ask", { data: [question, history, report, year, place] });
  const { event_id: id } = await posted.json();
  const stream = await (await send(`call/ask/${id}`)).text();
  const event = stream.trim().split("\n\n").pop();
  const [, name, data] = /^event: (\w+)\ndata: (.*)$/s.exec(event) ?? [];
  if (name === "complete") return JSON.parse(data)[0];
  throw refusal(data ? JSON.parse(data) : null);
}

/** A call that is answered at once. */
export async function read(name, ...data) {
  return (await (await send(`run/${name}`, { data })).json()).data[0];
}

async function send(path, body) {
  const url = new URL(`gradio_api/${path}`, document.baseURI);
  const options = { signal: AbortSignal.timeout(PATIENCE) };
  if (body) {
    options.method = "POST";
    options.headers = { "content-type": "application/json" };
    options.body = JSON.stringify(body);
  }
  let response;
  try {
    response = await fetch(url, options);
  } catch {
    throw new CallFailed("offline");
  }
  if (response.ok) return response;
  if (response.status === 503) throw new CallFailed("busy");
  throw refusal(await response.json().catch(() => null));
}

const refusal = (said) => new CallFailed("broken", said?.error || null);

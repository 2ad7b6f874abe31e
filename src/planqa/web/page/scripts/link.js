// Links to a question or to one of its citations, in the address's fragment: it never reaches a server.

/** The fragment that asks `question` again, and opens citation `number` (from 1) where one is given. */
export function fragment({ question, filters = {}, citation = null }) {
  const parts = new URLSearchParams({ q: question });
  for (const name of ["report", "year", "place"]) if (filters[name]) parts.set(name, filters[name]);
  if (citation) parts.set("cite", citation);
  return `#${parts}`;
}

/** What a fragment asks for, or null. */
export function parse(hash) {
  const parts = new URLSearchParams(hash.replace(/^#/, ""));
  if (!parts.get("q")) return null;
  const filters = {};
  if (parts.get("report")) filters.report = parts.get("report");
  if (parts.get("place")) filters.place = parts.get("place");
  if (Number(parts.get("year"))) filters.year = Number(parts.get("year"));
  return { question: parts.get("q"), filters, citation: Number(parts.get("cite")) || null };
}

const address = (hash) => location.pathname + location.search + hash;

/** Puts `state` into the address bar, without a step in the browser's history. */
export const show = (state) => history.replaceState(null, "", address(state ? fragment(state) : ""));

export const absolute = (state) => location.origin + address(fragment(state));

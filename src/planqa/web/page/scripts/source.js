// The reading panel: a report as printed, its outline, and the quoted place in a <mark>.

import { get } from "./api.js";
import { button, byId, el } from "./dom.js";
import { t } from "./texts.js";

const reports = new Map();
let shown = null; // {spots, index, onmove, onclose, oncopy, source, blocks}

/** Opens the report of `spots[index]` at it; a spot is `{report_id, start, end, section_path}`. */
export async function open(spots, index, { onmove, onclose, oncopy }) {
  const panel = byId("source");
  panel.hidden = false;
  byId("planqa").classList.add("reading");
  const spot = spots[index];
  if (shown?.source.report_id !== spot.report_id) {
    panel.replaceChildren(el("p", { class: "looking", role: "status" }, t("loading")));
    shown = null;
    const source = await reportSource(spot.report_id);
    const blocks = source.blocks.map((block) => ({ ...block, view: blockView(block, null) }));
    panel.replaceChildren(...panelViews(source, blocks));
    shown = { source, blocks };
  }
  Object.assign(shown, { spots, index, onmove, onclose, oncopy });
  showSpot();
}

/** Shows the panel anew, as after a change of language. */
export async function redraw() {
  if (!shown) return;
  const { spots, index, ...listeners } = shown;
  shown = null;
  await open(spots, index, listeners);
}

export function close() {
  byId("source").hidden = true;
  byId("planqa").classList.remove("reading");
  shown?.onclose();
}

/** The citation's words and where they stand, as an official document quotes them. */
export const quotation = ({ quote, label }) => `“${quote.trim()}”（${label}）`;

export const isOpen = () => !byId("source").hidden;

async function reportSource(id) {
  if (!reports.has(id)) reports.set(id, await get(`source/${encodeURIComponent(id)}`));
  return reports.get(id);
}

function panelViews(source, blocks) {
  const known = [source.place, source.year].filter((part) => part && !source.title.includes(String(part)));
  return [
    el(
      "header",
      { class: "panel-bar" },
      el("h2", { lang: "zh" }, source.title, known.length > 0 && el("small", {}, ` ${known.join(" ")}`)),
      el(
        "div",
        { class: "steps" },
        button(t("previous"), () => step(-1), { class: "quiet", id: "previous" }),
        el("span", { id: "spot-number", role: "status" }),
        button(t("next"), () => step(1), { class: "quiet", id: "next" }),
        button(t("copy"), () => shown.oncopy(quotation(shown.spots[shown.index])), { class: "quiet", id: "copy-spot" }),
        button("×", close, { class: "quiet close", "aria-label": t("close") }),
      ),
    ),
    source.outline.length > 0 &&
      el(
        "details",
        { class: "outline", open: matchMedia("(min-width: 1400px)").matches },
        el("summary", {}, t("outline")),
        el("nav", { "aria-label": t("outline"), lang: "zh" }, outlineView(source.outline)),
      ),
    el("div", { class: "printed", lang: "zh", tabindex: "0" }, blocks.map((block) => block.view)),
  ].filter(Boolean);
}

function outlineView(entries) {
  return el(
    "ul",
    {},
    entries.map(({ section, heading, children }) =>
      el(
        "li",
        {},
        button(heading, () => byId(`section-${section}`)?.scrollIntoView({ block: "start" }), { "data-section": section }),
        children.length > 0 && outlineView(children),
      ),
    ),
  );
}

function step(by) {
  const index = shown.index + by;
  if (!shown.spots[index]) return;
  shown.onmove(index);
  open(shown.spots, index, shown);
}

function showSpot() {
  const { spots, index, blocks } = shown;
  const spot = spots[index];
  const marks = blocks.flatMap((block) => markBlock(block, spot));
  byId("previous").disabled = index === 0;
  byId("next").disabled = index === spots.length - 1;
  byId("copy-spot").hidden = !spot.label; // a near miss is no citation
  byId("spot-number").textContent = t("spot", index + 1, spots.length);
  showSection(marks[0]);
  marks[0]?.scrollIntoView({ block: "center" });
}

/** Offsets count characters as Python does, by code point. */
const characters = (block) => (block.characters ??= block.pieces.flatMap((piece) => [...piece.text]));

/** Draws `block` anew if its mark changes; returns its mark in a list, or none. */
function markBlock(block, spot) {
  const from = Math.max(spot.start - block.start, 0);
  const to = Math.min(spot.end - block.start, characters(block).length);
  const span = from < to ? [from, to] : null;
  if (span || block.marked) {
    const view = blockView(block, span);
    block.view.replaceWith(view);
    block.view = view;
    block.marked = Boolean(span);
  }
  return span ? [block.view.querySelector("mark")] : [];
}

function blockView(block, span) {
  const tag = block.kind === "heading" ? `h${Math.min(block.level + 2, 6)}` : "p";
  if (!span) return el(tag, { class: block.kind }, pieceViews(block.pieces, block.kind));
  const [before, marked, after] = cut(block, span);
  return el(
    tag,
    { class: block.kind },
    pieceViews(before, block.kind),
    el("mark", {}, pieceViews(marked, block.kind)),
    pieceViews(after, block.kind),
  );
}

/** The block's pieces before, within and after `span`. */
function cut(block, [from, to]) {
  const parts = [[], [], []];
  let at = 0;
  for (const piece of block.pieces) {
    const text = [...piece.text];
    const bounds = [0, from - at, to - at, text.length].map((bound) => Math.min(Math.max(bound, 0), text.length));
    for (let part = 0; part < 3; part += 1) {
      const slice = text.slice(bounds[part], bounds[part + 1]).join("");
      if (slice) parts[part].push({ ...piece, text: slice });
    }
    at += text.length;
  }
  return parts;
}

function pieceViews(pieces, kind) {
  return pieces.map(({ text, section }) => {
    if (section === undefined) return text;
    return el(kind === "heading" ? "span" : "b", { id: `section-${section}` }, text);
  });
}

/** Points out in the outline the section that `mark` stands in: the last heading at or before it. */
function showSection(mark) {
  const buttons = [...byId("source").querySelectorAll("[data-section]")];
  const before = buttons.filter(({ dataset }) => {
    const heading = byId(`section-${dataset.section}`);
    return heading && mark && !(mark.compareDocumentPosition(heading) & Node.DOCUMENT_POSITION_FOLLOWING && !mark.contains(heading));
  });
  for (const one of buttons) one.removeAttribute("aria-current");
  before.at(-1)?.setAttribute("aria-current", "location");
  before.at(-1)?.scrollIntoView({ block: "nearest" });
}

// The two tabs of the page: the chat and the reports.

import { byId } from "./dom.js";

const NAMES = ["chat", "library"];

export function init() {
  for (const name of NAMES) byId(`tab-${name}`).addEventListener("click", () => show(name));
  byId("tabs").addEventListener("keydown", (event) => {
    if (!["ArrowLeft", "ArrowRight"].includes(event.key)) return;
    const other = NAMES.find((name) => byId(`tab-${name}`) !== event.target);
    show(other);
    byId(`tab-${other}`).focus();
  });
  show("chat");
}

export function show(name) {
  for (const each of NAMES) {
    const selected = each === name;
    byId(`tab-${each}`).setAttribute("aria-selected", String(selected));
    byId(`tab-${each}`).tabIndex = selected ? 0 : -1;
    byId(each).hidden = !selected;
  }
  byId("planqa").classList.toggle("at-library", name === "library");
}

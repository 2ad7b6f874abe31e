// The form: the question's box, the filters beside it, and the line of notices below.

import { button, byId, el } from "./dom.js";
import { t } from "./texts.js";

const MAX_QUESTION = 1000;
const FILTERS = ["report", "place", "year"];

let reports = [];

/** `onask` is called with a question that can be asked and its filters; `oncancel` when Escape is pressed. */
export function init({ onask, oncancel }) {
  const box = byId("question");
  byId("composer").addEventListener("submit", (event) => {
    event.preventDefault();
    const question = box.value.trim();
    const length = [...question].length;
    if (!question) return say(t("empty"));
    if (length > MAX_QUESTION) return say(t("long", length, MAX_QUESTION));
    write("");
    say("");
    return onask(question, filters());
  });
  box.addEventListener("keydown", (event) => {
    if (event.key === "Escape") oncancel();
    if (event.key !== "Enter" || event.shiftKey) return;
    if (event.isComposing || event.keyCode === 229) return; // this Enter ends an input method's word
    event.preventDefault();
    byId("composer").requestSubmit();
  });
  box.addEventListener("input", fit);
}

/** Puts `question` into the box. */
export function write(question) {
  byId("question").value = question;
  fit();
}

export const focus = () => byId("question").focus();

/** Lets the box grow with its lines, up to what the style sheet allows. */
function fit() {
  const box = byId("question");
  box.style.height = "auto";
  box.style.height = `${box.scrollHeight}px`;
}

/** Shows one line below the form, with a button where there is something to do about it. */
export function say(line, label = null, onclick = null) {
  const offered = label && button(label, onclick, { class: "quiet" });
  byId("notice").replaceChildren(...[line, offered].filter(Boolean));
}

/** Offers what can tell the reports apart; nothing where there is but one. */
export function drawFilters(indexed = reports) {
  const chosen = filters();
  reports = indexed;
  const choices = {
    report: reports.map((report) => [report.report_id, report.title]),
    place: distinct(reports.map((report) => report.place)).map((place) => [place, place]),
    year: distinct(reports.map((report) => report.year)).map((year) => [year, year]),
  };
  byId("filters").hidden = reports.length < 2;
  byId("filters").replaceChildren(...FILTERS.map((name) => filterView(name, choices[name], chosen[name])));
}

function filterView(name, choices, chosen) {
  const options = choices.map(([value, text]) => el("option", { value, lang: "zh", selected: value === chosen }, text));
  const all = el("option", { value: "" }, t("all", name));
  return el("select", { id: `filter-${name}`, "aria-label": t(name) }, all, options);
}

const distinct = (values) => [...new Set(values.filter(Boolean))].sort();

/** The filters that are set: `{report?, place?, year?}`. */
function filters() {
  const set = {};
  for (const name of FILTERS) {
    const value = byId(`filter-${name}`)?.value;
    if (value) set[name] = name === "year" ? Number(value) : value;
  }
  return set;
}

/** What `filters` confine a question to, in words. */
export function inWords({ report, place, year }) {
  const title = report && (reports.find((one) => one.report_id === report)?.title ?? report);
  return [title, place, year].filter(Boolean).join(" · ");
}

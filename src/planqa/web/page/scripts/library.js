// The tab of the reports: what is indexed and, where the server lets the visitor, adding and removing.

import { can } from "./abilities.js";
import { CallFailed, change, get } from "./api.js";
import { button, byId, el } from "./dom.js";
import { t, told } from "./texts.js";

const LOOK_AGAIN = 500; // milliseconds between two looks at a job
const TOKEN = "planqa.token";

let job = null; // {running, done, total, results, error} as the server tells it, or null
let changed = () => {};

/** Draws the tab; `onchange` is called after the index has changed. */
export function draw(reports, onchange) {
  changed = onchange;
  byId("library").replaceChildren(
    el("h2", {}, t("indexed", reports.length)),
    can("shelf") ? deskView() : el("p", { class: "searched" }, t("closedShelf")),
    el("ul", { class: "shelf" }, reports.map(reportView)),
  );
  drawJob();
  if (can("shelf")) addDays();
}

function reportView(report) {
  const facts = [report.place, report.year ?? t("noYear"), t("sections", report.sections)].filter(Boolean);
  const remove = () => {
    if (confirm(t("confirmRemove", report.title))) start(`shelf/${encodeURIComponent(report.report_id)}`, "DELETE");
  };
  return el(
    "li",
    { "data-file": report.file },
    el("div", {}, el("h3", { lang: "zh" }, report.title), el("p", { class: "facts" }, factViews(facts))),
    can("shelf") && button(t("remove"), remove, { class: "quiet", "aria-label": t("removeNamed", report.title) }),
  );
}

const factViews = (facts) => facts.map((fact, index) => [index > 0 && " · ", el("span", {}, fact)]);

/** Adds to each report the day on which it came; the API of questions does not know it. */
async function addDays() {
  for (const { file, added } of await get("shelf").catch(() => [])) {
    const facts = byId("library").querySelector(`[data-file="${CSS.escape(file)}"] .facts`);
    if (facts && added && !facts.dataset.added) {
      facts.dataset.added = added;
      facts.append(" · ", el("span", {}, t("added", added)));
    }
  }
}

function deskView() {
  const files = el("input", { type: "file", id: "files", multiple: true, class: "off-screen" });
  files.addEventListener("change", () => upload(files.files));
  const zone = el("label", { class: "drop", for: "files" }, t("drop"));
  zone.addEventListener("dragover", (event) => event.preventDefault());
  zone.addEventListener("drop", (event) => {
    event.preventDefault();
    upload(event.dataTransfer.files);
  });
  return el(
    "section",
    { class: "desk", "aria-label": t("add") },
    files,
    zone,
    el(
      "div",
      { class: "row" },
      can("shelf") === "token" && tokenView(),
      button(t("rebuild"), () => start("shelf/rebuild", "POST"), { class: "quiet" }),
    ),
    el("div", { id: "job", role: "status" }),
  );
}

function tokenView() {
  const box = el("input", { type: "password", id: "token", autocomplete: "off", value: sessionStorage.getItem(TOKEN) });
  box.addEventListener("input", () => sessionStorage.setItem(TOKEN, box.value));
  return el("label", {}, `${t("token")} `, box);
}

function upload(files) {
  if (files.length === 0) return;
  const form = new FormData();
  for (const file of files) form.append("files", file);
  start("shelf", "POST", form);
}

/** Starts a job, shows how far it is until it is done, and says what came of each file. */
async function start(path, method, body = null) {
  try {
    job = await change(path, method, sessionStorage.getItem(TOKEN) ?? "", body);
    while (job.running) {
      drawJob();
      await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN));
      job = await get("shelf/job");
    }
    if (!job.error) changed();
  } catch (error) {
    if (!(error instanceof CallFailed)) throw error;
    job = { error: error.line ?? t(error.kind) };
  }
  drawJob();
}

function drawJob() {
  if (!job || !byId("job")) return;
  const { running, done, total, results = [], error } = job;
  const progress = running && el("progress", { max: total || null, value: total ? done : null, "aria-label": t("working") });
  const line = running ? t("working") : error ? told(error) : t("finished");
  byId("job").replaceChildren(
    ...[progress, el("p", { class: error ? "failure" : null }, line), el("ul", {}, results.map(resultView))].filter(Boolean),
  );
}

function resultView({ file, state, reason }) {
  return el("li", { class: state }, `${t("states")[state]}：`, el("span", { lang: "zh" }, file), reason && ` — ${told(reason)}`);
}

// Brings the shell to life and ties its parts together.

import { CallFailed, get } from "./api.js";
import { learn } from "./abilities.js";
import * as chat from "./chat.js";
import * as composer from "./composer.js";
import { button, byId, el } from "./dom.js";
import { download } from "./download.js";
import * as library from "./library.js";
import * as link from "./link.js";
import { manuscript } from "./manuscript.js";
import { markdown } from "./markdown.js";
import { isDark, remember, remembered, showTheme } from "./settings.js";
import * as source from "./source.js";
import * as tabs from "./tabs.js";
import { currentLanguage, failureText, setLanguage, t } from "./texts.js";
import { word } from "./word.js";

let known = { reports: [], examples: [] };

/** Called once Gradio has put the shell on the page. */
export async function start() {
  chat.init();
  composer.init({ onask: chat.ask, oncancel: chat.cancelEditing });
  byId("language").addEventListener("click", switchLanguage);
  byId("theme").addEventListener("click", switchTheme);
  tabs.init();
  menuItem("withdraw", chat.withdraw);
  menuItem("clear", chat.clear);
  menuItem("export-markdown", () => download("planqa.md", markdown(manuscript(chat.answered()))));
  menuItem("export-word", () => download("planqa.docx", word(manuscript(chat.answered()))));
  document.addEventListener("click", closeMenu);
  document.addEventListener("keydown", closeOnEscape);
  addEventListener("hashchange", follow);
  setLanguage(remembered("language") ?? "zh");
  draw();
  byId("planqa").classList.add("ready");
  await Promise.all([welcome(), follow(), learn(draw)]);
}

async function welcome() {
  try {
    const [reports, examples] = await Promise.all([get("reports"), get("examples")]);
    known = { reports, examples };
    drawKnown();
    drawLibrary();
  } catch (error) {
    if (!(error instanceof CallFailed)) throw error;
    byId("known").textContent = failureText(error);
  }
}

function draw() {
  byId("language").textContent = t("other");
  byId("language").lang = currentLanguage() === "zh" ? "en" : "zh-CN";
  byId("theme").setAttribute("aria-label", t(isDark() ? "light" : "dark"));
  composer.write(byId("question").value);
  chat.draw();
  drawLibrary();
  if (known.reports.length > 0) drawKnown();
}

const drawLibrary = () => library.draw(known.reports, welcome);

function drawKnown() {
  const { reports, examples } = known;
  const years = [...new Set(reports.map((report) => report.year).filter(Boolean))].sort();
  const range = years.length > 1 ? `${years[0]}–${years.at(-1)}` : years.join("");
  byId("known").textContent = reports.length > 0 ? t("known", reports.length, range) : t("none");
  byId("examples-area").hidden = examples.length === 0;
  byId("examples").replaceChildren(
    ...examples.map((question) =>
      el("li", { lang: "zh" }, button(question, () => chat.ask(question), { class: "example" })),
    ),
  );
  composer.drawFilters(reports);
}

function menuItem(id, onclick) {
  byId(id).addEventListener("click", () => {
    byId("menu").open = false;
    onclick();
  });
}

function closeMenu(event) {
  if (!byId("menu").contains(event.target)) byId("menu").open = false;
}

/** Escape closes what is open: the menu, else the source. */
function closeOnEscape(event) {
  if (event.key !== "Escape") return;
  if (byId("menu").open) byId("menu").open = false;
  else if (source.isOpen() && event.target !== byId("question")) source.close();
}

function switchLanguage() {
  setLanguage(currentLanguage() === "zh" ? "en" : "zh");
  remember("language", currentLanguage());
  composer.say("");
  draw();
  source.redraw();
}

function switchTheme() {
  showTheme(isDark() ? "light" : "dark");
  byId("theme").setAttribute("aria-label", t(isDark() ? "light" : "dark"));
}

/** Opens what the address's fragment names. */
async function follow() {
  const wanted = link.parse(location.hash);
  if (wanted) await chat.follow(wanted);
}

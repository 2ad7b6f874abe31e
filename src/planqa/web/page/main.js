// Brings the shell to life: the form, the conversation, the source panel, and the links to them.

import { ask, read, CallFailed } from "./api.js";
import { copy } from "./clipboard.js";
import * as conversation from "./conversation.js";
import { button, byId, el } from "./dom.js";
import * as link from "./link.js";
import { isDark, remember, remembered, showTheme } from "./settings.js";
import * as source from "./source.js";
import { currentLanguage, setLanguage, t } from "./texts.js";
import { turnView } from "./turn.js";

const MAX_QUESTION = 1000;

let turns = [];
let known = { reports: [], examples: [] };

/** Called once Gradio has put the shell on the page. */
export async function start() {
  turns = conversation.load();
  byId("composer").addEventListener("submit", submit);
  byId("question").addEventListener("keydown", sendOnEnter);
  byId("question").addEventListener("input", () => say("", fit()));
  byId("language").addEventListener("click", switchLanguage);
  byId("theme").addEventListener("click", switchTheme);
  byId("new-conversation").addEventListener("click", clear);
  addEventListener("hashchange", follow);
  setLanguage(remembered("language") ?? "zh");
  draw();
  byId("planqa").classList.add("ready");
  await Promise.all([welcome(), follow()]);
}

async function welcome() {
  try {
    const [reports, examples] = await Promise.all([read("reports"), read("examples")]);
    known = { reports, examples };
    drawWelcome();
  } catch (error) {
    if (!(error instanceof CallFailed)) throw error;
    byId("known").textContent = error.line ?? t(error.kind);
  }
}

// --- drawing

function draw() {
  byId("language").textContent = t("other");
  byId("language").lang = currentLanguage() === "zh" ? "en" : "zh-CN";
  byId("theme").textContent = t(isDark() ? "light" : "dark");
  byId("log").replaceChildren(...turns.map((turn) => turnView(turn, actions)));
  drawWelcome();
  drawState();
  fit();
}

function drawWelcome() {
  const { reports, examples } = known;
  if (reports.length === 0) return;
  const years = [...new Set(reports.map((report) => report.year).filter(Boolean))].sort();
  const range = years.length > 1 ? `${years[0]}–${years.at(-1)}` : years.join("");
  byId("known").textContent = t("known", reports.length, range);
  byId("examples-area").hidden = examples.length === 0;
  byId("examples").replaceChildren(
    ...examples.map((question) => el("li", { lang: "zh" }, button(question, () => put(question), { class: "example" }))),
  );
}

function drawState() {
  byId("planqa").classList.toggle("empty", turns.length === 0);
  byId("new-conversation").hidden = turns.length === 0;
}

function redraw(turn) {
  byId(`turn-${turn.id}`)?.replaceWith(turnView(turn, actions));
}

/** Shows the turn from its question on, so that a long answer is read from its beginning. */
const reveal = (turn) => byId(`turn-${turn.id}`)?.scrollIntoView({ block: "start" });

// --- asking

function submit(event) {
  event.preventDefault();
  const question = byId("question").value.trim();
  const length = [...question].length;
  if (!question) return say(t("empty"));
  if (length > MAX_QUESTION) return say(t("long", length, MAX_QUESTION));
  byId("question").value = "";
  say("", fit());
  return put(question);
}

/** Enter sends; Shift+Enter breaks the line; Enter that ends an input method's composition does neither. */
function sendOnEnter(event) {
  if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === 229) return;
  event.preventDefault();
  byId("composer").requestSubmit();
}

async function put(question, filters = {}) {
  const turn = { id: crypto.randomUUID?.() ?? String(Math.random()).slice(2), question, filters };
  turns.push(turn);
  byId("log").append(turnView(turn, actions));
  drawState();
  reveal(turn);
  await resolve(turn);
  return turn;
}

async function resolve(turn) {
  turn.answer = turn.error = null;
  redraw(turn);
  try {
    turn.answer = await ask(turn.question, conversation.questionsBefore(turns, turn), turn.filters);
    link.show(linkTo(turn));
  } catch (error) {
    if (!(error instanceof CallFailed)) throw error;
    turn.error = error;
  }
  conversation.save(turns);
  redraw(turn);
  reveal(turn);
}

function say(line) {
  byId("notice").textContent = line;
}

/** Lets the question's box grow with its lines, up to what the style sheet allows. */
function fit() {
  const box = byId("question");
  box.style.height = "auto";
  box.style.height = `${box.scrollHeight}px`;
}

// --- what the buttons of a turn do

const linkTo = (turn, citation = null) => ({
  question: turn.answer?.standalone_question ?? turn.question,
  filters: turn.filters,
  citation,
});

const actions = {
  cite(turn, index) {
    openSpots(turn, turn.answer.citations, index, (at) => link.show(linkTo(turn, at + 1)));
  },
  near(turn, index) {
    openSpots(turn, turn.answer.hits.slice(0, 3), index, () => link.show(linkTo(turn)));
  },
  async copy(turn) {
    const { quote, label } = turn.answer.citations[0];
    await copyAndSay(`“${quote}”（${label}）`);
  },
  async link(turn) {
    await copyAndSay(link.absolute(linkTo(turn)));
  },
  retry: resolve,
  edit(turn) {
    byId("question").value = turn.question;
    fit();
    byId("question").focus();
  },
};

async function openSpots(turn, spots, index, onmove) {
  onmove(index);
  const opened = document.activeElement;
  try {
    await source.open(spots, index, { onmove, onclose: () => opened?.focus() });
  } catch (error) {
    if (!(error instanceof CallFailed)) throw error;
    source.close();
    say(error.line ?? t(error.kind));
  }
}

async function copyAndSay(text) {
  say(t((await copy(text)) ? "copied" : "uncopied"));
}

// --- the rest of the page

function clear() {
  turns = [];
  conversation.save(turns);
  if (source.isOpen()) source.close();
  link.show(null);
  draw();
  byId("question").focus();
}

function switchLanguage() {
  setLanguage(currentLanguage() === "zh" ? "en" : "zh");
  remember("language", currentLanguage());
  draw();
  source.redraw();
}

function switchTheme() {
  showTheme(isDark() ? "light" : "dark");
  byId("theme").textContent = t(isDark() ? "light" : "dark");
}

/** Opens what the address's fragment names: the turn of this conversation, or a new one. */
async function follow() {
  const wanted = link.parse(location.hash);
  if (!wanted) return;
  const same = (turn) => turn.answer && linkTo(turn).question === wanted.question;
  const turn = turns.findLast(same) ?? (await put(wanted.question, wanted.filters));
  if (wanted.citation && turn.answer?.citations[wanted.citation - 1]) actions.cite(turn, wanted.citation - 1);
  else reveal(turn);
}

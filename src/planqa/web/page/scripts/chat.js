// The conversation: its turns, what is asked, and what the buttons of a turn do.

import { CallFailed, post } from "./api.js";
import { copy } from "./clipboard.js";
import * as composer from "./composer.js";
import * as conversation from "./conversation.js";
import { byId } from "./dom.js";
import * as link from "./link.js";
import * as source from "./source.js";
import { failureText, t } from "./texts.js";
import { NEAR_MISSES, turnView } from "./turn.js";

let turns = [];
let edited = null;

/** Shows the conversation of the last visit. */
export function init() {
  turns = conversation.load();
}

/** The turns that were answered, oldest first. */
export const answered = () => turns.filter((turn) => turn.answer);

/** Draws everything anew, as after a change of language. */
export function draw() {
  byId("log").replaceChildren(...turns.map((turn) => turnView(turn, actions)));
  drawState();
}

function drawState() {
  byId("planqa").classList.toggle("empty", turns.length === 0);
  byId("menu").hidden = turns.length === 0;
}

const redraw = (turn) => byId(`turn-${turn.id}`)?.replaceWith(turnView(turn, actions));

/** Scrolls to the turn's question, so that a long answer is read from its beginning. */
const reveal = (turn) => byId(`turn-${turn.id}`)?.scrollIntoView({ block: "start" });

/** Asks; the turn, once it has an answer or an error. A question that was being edited goes. */
export async function ask(question, filters = {}) {
  if (edited) forget(turns.indexOf(edited));
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
    const history = conversation.questionsBefore(turns, turn);
    turn.answer = await post("ask", { question: turn.question, history, ...turn.filters });
  } catch (error) {
    if (!(error instanceof CallFailed)) throw error;
    turn.error = error;
  }
  if (!turns.includes(turn)) return; // withdrawn meanwhile
  conversation.save(turns);
  if (turn.answer) link.show(linkTo(turn));
  redraw(turn);
  reveal(turn);
}

/** Takes the turns from `index` on away; returns how to bring them back. */
function forget(index) {
  const before = [...turns];
  turns.splice(index);
  edited = null;
  conversation.save(turns);
  link.show(null);
  if (source.isOpen()) source.close();
  draw();
  return () => {
    turns = before;
    conversation.save(turns);
    composer.say("");
    draw();
  };
}

export function clear() {
  const restore = forget(0);
  composer.say(t("cleared"), t("undo"), restore);
  composer.focus();
}

/** Takes the last question back into the box. */
export function withdraw() {
  const { question } = turns.at(-1);
  const restore = forget(turns.length - 1);
  composer.write(question);
  composer.say(t("withdrawn"), t("undo"), restore);
  composer.focus();
}

/** Leaves the question that is being edited as it was. */
export function cancelEditing() {
  if (!edited) return;
  edited = null;
  composer.write("");
  composer.say("");
}

/** Shows the question and the citation that a link names, asking it if it is not among the turns. */
export async function follow(wanted) {
  const same = (turn) => turn.answer && linkTo(turn).question === wanted.question;
  const turn = turns.findLast(same) ?? (await ask(wanted.question, wanted.filters));
  if (turn.answer?.citations[wanted.citation - 1]) actions.cite(turn, wanted.citation - 1);
  else reveal(turn);
}

const linkTo = (turn, citation = null) => ({
  question: turn.answer.standalone_question,
  filters: turn.filters,
  citation,
});

const actions = {
  cite(turn, index) {
    open(turn, turn.answer.citations, index, (at) => link.show(linkTo(turn, at + 1)));
  },
  near(turn, index) {
    open(turn, turn.answer.hits.slice(0, NEAR_MISSES), index, () => link.show(linkTo(turn)));
  },
  async copy(turn) {
    await copyAndSay(source.quotation(turn.answer.citations[0]));
  },
  async link(turn) {
    await copyAndSay(link.absolute(linkTo(turn)));
  },
  async judge(turn, verdict, comment = "") {
    const { id, question, answer } = turn;
    try {
      await post("feedback", { id, question, verdict, comment, answer });
      Object.assign(turn, { verdict, commented: Boolean(comment) });
      composer.say(t("thanks"));
    } catch (error) {
      tell(error);
    }
    conversation.save(turns);
    redraw(turn);
  },
  retry: resolve,
  edit(turn) {
    edited = turn;
    composer.write(turn.question);
    composer.say(t("editing"), t("cancel"), cancelEditing);
    composer.focus();
  },
};

async function open(turn, spots, index, onmove) {
  const opener = document.activeElement;
  onmove(index);
  try {
    await source.open(spots, index, { onmove, onclose: () => opener?.focus(), oncopy: copyAndSay });
  } catch (error) {
    source.close();
    tell(error);
  }
}

function tell(error) {
  if (!(error instanceof CallFailed)) throw error;
  composer.say(failureText(error));
}

async function copyAndSay(text) {
  composer.say(t((await copy(text)) ? "copied" : "uncopied"));
}

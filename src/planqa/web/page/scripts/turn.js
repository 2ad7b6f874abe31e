// A question and what came of it, as elements of the conversation.

import { can } from "./abilities.js";
import { inWords } from "./composer.js";
import { button, el } from "./dom.js";
import { t, told } from "./texts.js";

const LIKELY = 0.6;
const CONFIDENT = 0.75;
export const NEAR_MISSES = 3;
export const PATH_MARK = " › ";

/** The element of `turn`; `actions` are what its buttons do: cite, near, copy, link, retry, edit. */
export function turnView(turn, actions) {
  const asked = el("p", { class: "asked", id: `asked-${turn.id}` }, turn.question);
  const confined = inWords(turn.filters ?? {});
  return el(
    "article",
    { class: "turn", id: `turn-${turn.id}`, "aria-labelledby": asked.id },
    asked,
    confined && el("p", { class: "confined" }, t("confined", confined)),
    reply(turn, actions),
  );
}

function reply(turn, actions) {
  if (turn.error) return failure(turn, actions);
  if (!turn.answer) return el("p", { class: "reply looking" }, t("looking"));
  const { answer } = turn;
  return el(
    "div",
    { class: `reply ${answer.answered ? "answer" : "refusal"}` },
    answer.standalone_question !== turn.question &&
      el("p", { class: "searched" }, t("searched", answer.standalone_question)),
    answer.answered ? answered(turn, actions) : refused(turn, actions),
    afterwards(turn, actions),
  );
}

function failure(turn, actions) {
  return el(
    "div",
    { class: "reply failure", role: "alert" },
    el("p", {}, turn.error.line ? t("said") : t(turn.error.kind)),
    turn.error.line && el("p", { class: "line" }, told(turn.error.line)),
    el("div", { class: "actions" }, actionButton("retry", turn, actions), actionButton("edit", turn, actions)),
  );
}

function answered(turn, actions) {
  const { answers, citations, text, confidence } = turn.answer;
  const said = text !== citations[0]?.quote && el("p", { class: "said", lang: "zh" }, text);
  return [
    el("p", { class: `confidence level-${level(confidence)}` }, confidenceWord(confidence)),
    answers.length > 0 ? shortAnswers(answers) : said,
    citations.length > 0 && el("blockquote", { lang: "zh" }, emphasised(citations[0].quote, answers)),
    citations.length > 0 && citationList(turn, actions),
  ];
}

const level = (confidence) => (confidence >= CONFIDENT ? 2 : confidence >= LIKELY ? 1 : 0);

export const confidenceWord = (confidence) => t("confidence")[level(confidence)];

function shortAnswers(answers) {
  if (answers.length === 1) return el("p", { class: "short", lang: "zh" }, answers[0]);
  return el("ul", { class: "short several", lang: "zh" }, answers.map((answer) => el("li", {}, answer)));
}

function citationList(turn, actions) {
  return el(
    "ol",
    { class: "citations", "aria-label": t("citations") },
    turn.answer.citations.map((citation, index) =>
      el(
        "li",
        {},
        el(
          "button",
          { type: "button", class: "citation", "data-number": index + 1, onclick: () => actions.cite(turn, index) },
          el("span", { class: "number" }, `[${index + 1}]`),
          " ",
          pathView(citation.section_path),
          " ",
          el("span", { class: "where", lang: "zh" }, reportName(citation)),
          index > 0 && [" ", el("span", { class: "excerpt", lang: "zh" }, citation.quote)],
        ),
      ),
    ),
  );
}

function pathView(path) {
  return el("span", { class: "path", lang: path.length > 0 && "zh" }, path.join(PATH_MARK) || t("front"));
}

/** 《title》 with its year, unless the title says it. */
function reportName({ report_title: title, place, year, page }) {
  const known = [place, year && String(year)].filter((part) => part && !title.includes(part));
  if (page) known.push(`p. ${page}`);
  return [`《${title}》`, ...known].join(" ");
}

function refused(turn, actions) {
  const { text, hits, standalone_question: question } = turn.answer;
  const near = hits.slice(0, NEAR_MISSES);
  return [
    el("p", { class: "short" }, t("refused")),
    text && text !== t("refused") && el("p", { class: "said" }, text),
    question === turn.question && !text.includes(question) && el("p", { class: "searched" }, t("searched", question)),
    near.length > 0 &&
      el(
        "section",
        { class: "near", "aria-label": t("near") },
        el("h2", {}, t("near")),
        el("ul", {}, near.map((hit, index) => nearMiss(turn, hit, index, actions))),
      ),
  ];
}

function nearMiss(turn, hit, index, actions) {
  const name = `${t("nearPassage", index + 1)} ${hit.section_path.join(PATH_MARK) || t("front")}`;
  return el(
    "li",
    {},
    el(
      "button",
      { type: "button", class: "near-miss", "aria-label": name, onclick: () => actions.near(turn, index) },
      pathView(hit.section_path),
      el("span", { class: "excerpt", lang: "zh" }, hit.text.trim()),
    ),
  );
}

function afterwards(turn, actions) {
  const names = turn.answer.answered ? ["copy", "link", "retry", "edit"] : ["link", "retry", "edit"];
  return el(
    "div",
    { class: "actions" },
    names.map((name) => actionButton(name, turn, actions)),
    can("feedback") && opinionView(turn, actions),
  );
}

function opinionView(turn, actions) {
  const verdictButton = (verdict) =>
    button(t(verdict), () => actions.judge(turn, verdict), {
      class: "quiet",
      "aria-pressed": String(turn.verdict === verdict),
    });
  const comment = el("input", { maxlength: 500, "aria-label": t("comment"), placeholder: t("comment") });
  const send = (event) => {
    event.preventDefault();
    actions.judge(turn, turn.verdict, comment.value);
  };
  return [
    verdictButton("good"),
    verdictButton("bad"),
    turn.verdict && !turn.commented && el("form", { class: "comment", onsubmit: send }, comment, el("button", { class: "quiet" }, t("send"))),
  ];
}

const actionButton = (name, turn, actions) => button(t(name), () => actions[name](turn), { class: "quiet" });

/** `quote` as nodes in which each short answer, longest first, is emphasised at its first place. */
export function emphasised(quote, answers) {
  const found = [];
  for (const answer of [...answers].sort((a, b) => b.length - a.length)) {
    const at = answer ? quote.indexOf(answer) : -1;
    const end = at + answer.length;
    if (at >= 0 && !found.some(([from, to]) => at < to && from < end)) found.push([at, end]);
  }
  const nodes = [];
  let done = 0;
  for (const [from, to] of found.sort((a, b) => a[0] - b[0])) {
    nodes.push(quote.slice(done, from), el("strong", { class: "hit" }, quote.slice(from, to)));
    done = to;
  }
  return [...nodes, quote.slice(done)];
}

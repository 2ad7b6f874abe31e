// The conversation as a list of paragraphs, `{style, text}`, for every form that it is exported in.

import { inWords } from "./composer.js";
import { t } from "./texts.js";
import { confidenceWord, PATH_MARK } from "./turn.js";

/** Styles: title, note, question, answer, quote, citation. */
export function manuscript(turns, now = new Date()) {
  return [
    { style: "title", text: t("exportTitle") },
    { style: "note", text: t("exported", now.toLocaleString(t("html"))) },
    ...turns.flatMap(turnParagraphs),
  ];
}

function turnParagraphs({ question, filters, answer }) {
  const confined = inWords(filters ?? {});
  return [
    { style: "question", text: question },
    confined && { style: "note", text: t("confined", confined) },
    answer.standalone_question !== question && { style: "note", text: t("searched", answer.standalone_question) },
    ...(answer.answered ? answerParagraphs(answer) : [{ style: "answer", text: answer.text || t("refused") }]),
  ].filter(Boolean);
}

function answerParagraphs({ answers, text, confidence, citations }) {
  const said = answers.length > 0 ? answers.join("；") : text;
  return [
    { style: "answer", text: said },
    { style: "note", text: confidenceWord(confidence) },
    ...citations.flatMap(({ quote, label, section_path: path, page }, index) => [
      { style: "citation", text: `[${index + 1}] ${label}${page ? t("onPage", page) : ""}` },
      path.length > 0 && { style: "note", text: path.join(PATH_MARK) },
      { style: "quote", text: quote.trim() },
    ]),
  ].filter(Boolean);
}

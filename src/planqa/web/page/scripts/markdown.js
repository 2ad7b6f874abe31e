// Paragraphs -> Markdown, with the signs that Markdown would read escaped.

const BEFORE = { title: "# ", question: "## ", quote: "> ", citation: "", note: "", answer: "**" };
const AFTER = { answer: "**" };

/** The paragraphs as one Markdown text. */
export function markdown(paragraphs) {
  return paragraphs
    .map(({ style, text }) => `${BEFORE[style]}${escaped(text)}${AFTER[style] ?? ""}\n`)
    .join("\n");
}

function escaped(text) {
  const oneLine = text.replace(/\s*[\r\n]+\s*/g, " ").trim();
  return oneLine.replace(/[\\`*_{}[\]<>#|~]/g, "\\$&").replace(/^(\d+)\.(?=\s|$)/, "$1\\.").replace(/^([-+])/, "\\$1");
}

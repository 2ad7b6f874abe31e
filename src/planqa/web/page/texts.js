// Everything the page says, in Chinese and in English.

const zh = {
  html: "zh-CN",
  other: "English",
  tagline: "向政府计划报告提问，每句回答都注明出处",
  welcome: "问一问报告",
  known: (count, years) => `已收录 ${count} 份报告${years ? `（${years}）` : ""}，回答只用报告的原话。`,
  none: "还没有收录报告：把报告文件放进 corpus 文件夹，再运行 planqa index。",
  examples: "例如",
  log: "对话",
  question: "问题",
  placeholder: "请输入问题，按回车提问",
  ask: "提问",
  menu: "对话",
  withdraw: "撤回上一问",
  clear: "清空对话",
  exportMarkdown: "导出 Markdown",
  exportWord: "导出 Word",
  exportTitle: "planqa 问答记录",
  exported: (time) => `导出于 ${time}；引文均为报告原话。`,
  onPage: (page) => `，第 ${page} 页`,
  cleared: "对话已清空。",
  withdrawn: "已撤回上一问。",
  undo: "恢复",
  editing: "改好后提问，将替换这一问及其后的内容。",
  cancel: "取消",
  report: "报告",
  year: "年份",
  dark: "改为深色",
  light: "改为浅色",
  looking: "正在查找…",
  empty: "请先写下问题。",
  long: (length, most) => `问题有 ${length} 个字，最多 ${most} 个，请删短再问。`,
  confidence: ["不确定", "可能", "有把握"],
  searched: (question) => `按“${question}”查找`,
  refused: "报告中没有提到",
  near: "最接近的段落（不是答案）",
  nearPassage: (number) => `相近段落 ${number}`,
  citations: "出处",
  front: "开头部分",
  copy: "复制引文",
  link: "复制链接",
  retry: "重新提问",
  edit: "修改问题",
  copied: "已复制",
  uncopied: "浏览器不允许复制，请手动选取。",
  source: "原文",
  outline: "目录",
  previous: "上一处",
  next: "下一处",
  spot: (number, count) => `第 ${number} 处，共 ${count} 处`,
  place: "地区",
  all: (name) => ({ report: "全部报告", place: "全部地区", year: "全部年份" })[name],
  confined: (words) => `限于：${words}`,
  close: "关闭原文",
  loading: "正在打开原文…",
  busy: "现在提问的人很多，请稍等几秒再试。",
  offline: "连不上 planqa 服务：请确认它还在运行，再试一次。",
  said: "没能查找，服务器的说明是：",
  broken: "服务器出了错，详情在它的日志里；请再试一次。",
};

const en = {
  html: "en",
  other: "中文",
  tagline: "Ask government plan reports; every answer is cited",
  welcome: "Ask the reports",
  known: (count, years) =>
    `${count} ${count === 1 ? "report" : "reports"}${years ? ` (${years})` : ""}; answers are the reports’ own words.`,
  none: "No report is indexed yet: put report files into the corpus folder and run planqa index.",
  examples: "For example",
  log: "Conversation",
  question: "Question",
  placeholder: "Type a question and press Enter",
  ask: "Ask",
  menu: "Conversation",
  withdraw: "Take back the last question",
  clear: "Clear the conversation",
  exportMarkdown: "Export as Markdown",
  exportWord: "Export as Word",
  exportTitle: "Questions and answers from planqa",
  exported: (time) => `Exported ${time}; quotations are the reports’ own words.`,
  onPage: (page) => `, page ${page}`,
  cleared: "The conversation is cleared.",
  withdrawn: "The last question is taken back.",
  undo: "Undo",
  editing: "Asking again replaces this question and what follows it.",
  cancel: "Cancel",
  report: "Report",
  year: "Year",
  dark: "Switch to dark",
  light: "Switch to light",
  looking: "Searching…",
  empty: "Please write a question first.",
  long: (length, most) => `The question has ${length} characters; please shorten it to ${most}.`,
  confidence: ["Unsure", "Likely", "Confident"],
  searched: (question) => `Searched for “${question}”`,
  refused: "The reports do not say",
  near: "Nearest passages (not an answer)",
  nearPassage: (number) => `Near passage ${number}`,
  citations: "Sources",
  front: "Opening",
  copy: "Copy quotation",
  link: "Copy link",
  retry: "Ask again",
  edit: "Edit question",
  copied: "Copied",
  uncopied: "The browser does not allow copying; please select the text.",
  source: "Source",
  outline: "Contents",
  previous: "Previous",
  next: "Next",
  spot: (number, count) => `${number} of ${count}`,
  place: "Place",
  all: (name) => ({ report: "All reports", place: "All places", year: "All years" })[name],
  confined: (words) => `Only ${words}`,
  close: "Close source",
  loading: "Opening the source…",
  busy: "Many people are asking right now; please try again in a few seconds.",
  offline: "planqa cannot be reached: check that it is still running, then try again.",
  said: "The search failed; the server says:",
  broken: "The server failed; its log says why. Please try again.",
};

const LANGUAGES = { zh, en };
let language = "zh";

/** The text called `name` in the language that is set; texts with blanks to fill take them as arguments. */
export function t(name, ...blanks) {
  const text = LANGUAGES[language][name];
  return typeof text === "function" ? text(...blanks) : text;
}

export const currentLanguage = () => language;

/** Sets the language, and the texts of the shell. */
export function setLanguage(name) {
  language = name in LANGUAGES ? name : "zh";
  document.documentElement.lang = t("html");
  for (const node of document.querySelectorAll("#planqa [data-text]")) node.textContent = t(node.dataset.text);
  for (const node of document.querySelectorAll("#planqa [data-label]"))
    node.setAttribute("aria-label", t(node.dataset.label));
  for (const node of document.querySelectorAll("#planqa [data-placeholder]"))
    node.placeholder = t(node.dataset.placeholder);
}

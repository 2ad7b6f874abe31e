// The conversation, kept in this browser's local storage and nowhere else.

const KEY = "planqa.conversation";
const KEPT = 50;

/** The turns of the last visit, oldest first: `{id, question, filters, answer, verdict?}`. */
export function load() {
  try {
    const turns = JSON.parse(localStorage.getItem(KEY) ?? "[]");
    return Array.isArray(turns) ? turns.filter((turn) => turn?.question && turn?.answer) : [];
  } catch {
    return []; // storage may be switched off, or hold what an older planqa wrote
  }
}

/** Keeps the latest answered turns; a browser that refuses to store loses only the reload. */
export function save(turns) {
  try {
    const kept = turns.filter((turn) => turn.answer && !turn.error).slice(-KEPT);
    localStorage.setItem(KEY, JSON.stringify(kept));
  } catch {
    // full or switched off
  }
}

/** The questions asked before `turn`, oldest first: what a follow-up builds on. */
export function questionsBefore(turns, turn) {
  const index = turns.indexOf(turn);
  return turns.slice(0, index < 0 ? turns.length : index).filter((one) => one.answer).map((one) => one.question);
}

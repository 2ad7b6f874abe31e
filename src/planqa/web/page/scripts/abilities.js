// What this server lets the page offer: feedback, and changes to the corpus.

import { CallFailed, get } from "./api.js";

let abilities = { feedback: false, shelf: "off" };

/** Asks the server, and calls `then` once it has said. */
export async function learn(then) {
  try {
    abilities = await get("abilities");
  } catch (error) {
    if (!(error instanceof CallFailed)) throw error;
    return; // the page does without
  }
  then();
}

/** Whether the server offers `name`; of the shelf: "open", "token" or false. */
export const can = (name) => abilities[name] !== "off" && abilities[name];

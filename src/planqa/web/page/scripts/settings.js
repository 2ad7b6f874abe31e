// Language and colours, remembered in this browser.

/** What was chosen for `name`, or null. */
export function remembered(name) {
  try {
    return localStorage.getItem(`planqa.${name}`);
  } catch {
    return null;
  }
}

export function remember(name, value) {
  try {
    localStorage.setItem(`planqa.${name}`, value);
  } catch {
    // switched off: the choice lasts until the page is closed
  }
}

const system = matchMedia("(prefers-color-scheme: dark)");

export const isDark = () => document.documentElement.dataset.theme === "dark";

/** Shows the colours chosen now, which is remembered, or earlier; else the system's. */
export function showTheme(chosen = null) {
  if (chosen) remember("theme", chosen);
  document.documentElement.dataset.theme = chosen ?? remembered("theme") ?? (system.matches ? "dark" : "light");
}

system.addEventListener("change", () => showTheme());
showTheme();

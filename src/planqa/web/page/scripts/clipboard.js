// Copying, also where the page is not served over https and the clipboard API is therefore missing.

/** Whether `text` could be put on the clipboard. */
export async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copyBySelection(text);
  }
}

function copyBySelection(text) {
  const holder = document.createElement("textarea");
  holder.value = text;
  holder.className = "off-screen";
  const focused = document.activeElement;
  document.body.append(holder);
  holder.select();
  const copied = document.execCommand("copy");
  holder.remove();
  focused?.focus();
  return copied;
}

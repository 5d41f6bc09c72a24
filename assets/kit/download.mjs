/** Files that the page hands to the analyst. */

const SAFE = 60;

/** Save a blob under a name. */
export function save(blob, name) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

/** A file name of parts: letters, digits, - and _ only, whatever a study is called. */
export function fileName(parts, extension) {
  const words = parts.map((part) => String(part).normalize("NFKD").replace(/[^\p{Letter}\p{Number}_-]+/gu, "-").replace(/^-+|-+$/g, "").slice(0, SAFE));
  return `${words.filter(Boolean).join("_") || "trials"}.${extension}`;
}

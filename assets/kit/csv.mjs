/** Rows as comma-separated values that a spreadsheet cannot take for formulas. Pure. */

/**
 * @param {string[]} names of the columns
 * @param {Iterable<(string | number | boolean | null)[]>} rows null is an empty cell
 * @returns {string} RFC 4180, lines end with CR LF
 */
export function csvOf(names, rows) {
  const lines = [names.map(cell).join(",")];
  for (const row of rows) lines.push(row.map(cell).join(","));
  return `${lines.join("\r\n")}\r\n`;
}

function cell(value) {
  if (value === null || value === undefined) return "";
  if (typeof value === "number") return String(value);
  const text = /^[=+\-@\t\r]/.test(value) ? `'${value}` : String(value);
  return /[",\r\n]/.test(text) || text === "" ? `"${text.replaceAll('"', '""')}"` : text;
}

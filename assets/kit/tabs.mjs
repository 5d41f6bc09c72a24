/** The open tab as a choice that links carry; the page's own script opens tabs, see assets/shell.js. */

const FIRST = "explore";
const openTab = () => document.documentElement.dataset.tab ?? FIRST;

/** Let links know of the tab that is open. */
export function followTabs(model) {
  window.addEventListener("trellis:layout", () => {
    const open = openTab();
    if (open !== (model.settings.tab ?? FIRST)) model.choose("tab", open === FIRST ? null : open, "tab");
  });
}

/** Open the tab that a model's settings name, as a link says. */
export function openTabOf({ settings: { tab } }) {
  const button = [...document.querySelectorAll("[role=tab][data-tab]")].find(({ dataset }) => dataset.tab === (tab ?? FIRST));
  if (button && button.dataset.tab !== openTab()) button.click();
}

/* The page around the views: theme, tabs, drawers, dialogs. A plain script in <head>, so that theme and drawers stand
   before the first paint and Dash finds its clientside functions however late the kit's modules come. */
(() => {
  "use strict";

  const root = document.documentElement;
  const THEMES = ["auto", "light", "dark"];
  const OPEN_FROM = { studies: "(min-width: 1101px)", pinned: "(min-width: 1600px)", table: "not all" };
  const dark = window.matchMedia("(prefers-color-scheme: dark)");
  const wide = window.matchMedia("(min-width: 1101px)");
  const same = (a, b) => JSON.stringify(a) === JSON.stringify(b);
  const safe = (text) => text.replaceAll("__proto__", "__\u2060proto__"); // see components/options.py
  const meant = (text) => text.replaceAll("__\u2060proto__", "__proto__");

  /* Storage may be refused: then a choice lasts as long as the page. */
  const memory = new Map();
  function recall(key) {
    try {
      return localStorage.getItem(`trellis:${key}`) ?? memory.get(key) ?? null;
    } catch {
      return memory.get(key) ?? null;
    }
  }
  function remember(key, value) {
    memory.set(key, value);
    try {
      localStorage.setItem(`trellis:${key}`, value);
    } catch {
      // kept in memory above
    }
  }

  function layoutChanged() {
    window.dispatchEvent(new Event("resize"));
    window.dispatchEvent(new CustomEvent("trellis:layout"));
  }

  /* Theme */
  function chosenTheme() {
    const stored = recall("theme");
    return THEMES.includes(stored) ? stored : "auto";
  }

  function applyTheme() {
    const chosen = chosenTheme();
    const theme = chosen === "auto" ? (dark.matches ? "dark" : "light") : chosen;
    root.dataset.bsTheme = theme;
    if (document.body) document.body.dataset.agThemeMode = theme;
    for (const button of document.querySelectorAll("[data-theme-store]")) {
      button.title = `Theme: ${chosen}`;
      button.setAttribute("aria-label", `Theme: ${chosen}. Change it`);
    }
    window.dispatchEvent(new CustomEvent("trellis:theme"));
    return theme;
  }

  function nextTheme() {
    remember("theme", THEMES[(THEMES.indexOf(chosenTheme()) + 1) % THEMES.length]);
    return applyTheme();
  }

  function followSystem() {
    const theme = applyTheme();
    const button = document.querySelector("[data-theme-store]");
    if (button) window.dash_clientside.set_props(button.dataset.themeStore, { data: theme });
  }

  /* Tabs */
  function openTab(name) {
    root.dataset.tab = name;
    for (const tab of document.querySelectorAll("[role=tab][data-tab]")) {
      const open = tab.dataset.tab === name;
      tab.setAttribute("aria-selected", String(open));
      tab.tabIndex = open ? 0 : -1;
      document.getElementById(tab.getAttribute("aria-controls")).classList.toggle("d-none", !open);
    }
    layoutChanged();
  }

  function moveTab(tab, key) {
    const tabs = [...tab.closest("[role=tablist]").querySelectorAll("[role=tab]")];
    const at = tabs.indexOf(tab);
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1 + tabs.length, Home: 0, End: tabs.length - 1 }[key];
    if (to === undefined) return false;
    const next = tabs[to % tabs.length];
    openTab(next.dataset.tab);
    next.focus();
    return true;
  }

  /* Drawers: open or closed by choice, remembered for wide and narrow windows apart */
  const drawerKey = (name) => `drawer-${name}-${wide.matches ? "wide" : "narrow"}`;

  function applyDrawers() {
    for (const [name, query] of Object.entries(OPEN_FROM)) {
      const fallback = window.matchMedia(query).matches ? "open" : "closed";
      root.setAttribute(`data-drawer-${name}`, recall(drawerKey(name)) ?? fallback);
    }
    for (const button of document.querySelectorAll("[data-drawer]")) {
      const open = root.getAttribute(`data-drawer-${button.dataset.drawer}`) === "open";
      button.setAttribute("aria-expanded", String(open));
    }
    layoutChanged();
  }

  function setDrawer(name, open) {
    remember(drawerKey(name), open ? "open" : "closed");
    applyDrawers();
  }

  /* Dialogs and popovers */
  function typing(target) {
    return target.closest("input, textarea, select, [contenteditable=true], dialog") !== null;
  }

  function closePopovers(except) {
    for (const pop of document.querySelectorAll("details.tr-pop[open]")) {
      if (pop !== except) pop.open = false;
    }
  }

  function onClick(event) {
    const on = (selector) => event.target.closest(selector);
    closePopovers(on("details.tr-pop"));
    if (on("body [data-tab]")) openTab(on("body [data-tab]").dataset.tab);
    if (on("[data-drawer]")) {
      const name = on("[data-drawer]").dataset.drawer;
      setDrawer(name, root.getAttribute(`data-drawer-${name}`) !== "open");
    }
    if (on("[data-dialog]")) document.getElementById(on("[data-dialog]").dataset.dialog).showModal();
    if (on("[data-close]") || event.target instanceof HTMLDialogElement) event.target.closest("dialog").close();
  }

  function onKey(event) {
    const tab = event.target.closest?.("[role=tab]");
    if (tab && moveTab(tab, event.key)) event.preventDefault();
    if (event.key === "Escape") {
      const pop = document.querySelector("details.tr-pop[open]");
      closePopovers(null);
      pop?.querySelector("summary").focus();
    }
    if (event.key === "?" && !typing(event.target)) document.querySelector("[data-help-key]")?.click();
  }

  /* What Dash calls: see callbacks/shell.py */
  function kit(name, argument) {
    window.dash_clientside.trellis?.[name]?.(argument);
  }

  function triggered() {
    return window.dash_clientside.callback_context.triggered_id;
  }

  const shell = {
    theme: (clicks) => (clicks ? nextTheme() : applyTheme()),

    /* Ticks and store follow each other; the kit hears of what the analyst ticked. */
    showStudies(values, shown, ticks, shownId) {
      const { no_update } = window.dash_clientside;
      const ids = values.flat();
      if (same([...ids].sort(), [...(shown ?? [])].sort())) return [no_update, values.map(() => no_update)];
      if (triggered() === shownId) return [no_update, ticks.map(({ index }) => (shown.includes(index) ? [index] : []))];
      kit("showStudies", ids);
      return [ids, values.map(() => no_update)];
    },

    /* The choice and the store follow each other; the kit hears of what the analyst chose. */
    objective(choice, objective, choiceId) {
      const { no_update } = window.dash_clientside;
      const stored = objective && safe(`${objective.direction}:${objective.metric}`);
      if (choice === stored) return [no_update, no_update];
      if (triggered() !== choiceId || !choice) return [stored ?? null, no_update];
      const at = choice.indexOf(":");
      const chosen = { metric: meant(choice.slice(at + 1)), direction: choice.slice(0, at) };
      kit("setObjective", chosen);
      return [no_update, chosen];
    },

    dismiss(open, dismissed) {
      const id = triggered();
      return id && open.includes(false) ? [...dismissed, id.index] : window.dash_clientside.no_update;
    },

    openRoles(clicks, dialogId) {
      const id = triggered();
      if (!id || !clicks.some(Boolean)) return window.dash_clientside.no_update;
      document.getElementById(dialogId).showModal();
      return { study: id.index, opened: Date.now() };
    },

    rolesApplied(time, dialogId) {
      if (!time) return;
      document.getElementById(dialogId).close();
      kit("poll");
    },

    /* The drawer opens by itself for the first trial that it can show, and never again once it was closed by hand. */
    showPinned(pins, focus) {
      const closed = root.getAttribute("data-drawer-pinned") !== "open";
      if ((pins?.length || focus) && closed && recall(drawerKey("pinned")) === null) setDrawer("pinned", true);
    },

    openLaunch: (filled) => {
      if (filled?.why || filled?.refused?.length) openTab("launch");
    },

    started() {
      const top = document.querySelector(".tr-top");
      new ResizeObserver(() => root.style.setProperty("--top", `${top.offsetHeight}px`)).observe(top);
      applyDrawers();
    },
    layoutChanged,
    poll: () => kit("poll"),
  };

  window.dash_clientside = Object.assign(window.dash_clientside ?? {}, { shell });
  root.dataset.tab = "explore";
  applyTheme();
  applyDrawers();
  dark.addEventListener("change", followSystem);
  wide.addEventListener("change", applyDrawers);
  document.addEventListener("click", onClick);
  document.addEventListener("keydown", onKey);
  document.addEventListener("DOMContentLoaded", applyTheme);
})();

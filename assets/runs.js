/* The tab Runs: tells the server when to look again, and what was pressed or typed there (components/runs.py). */
(() => {
  "use strict";

  const LOOK_MS = 2000;
  let running = false;
  let looks = 0;
  let tab = "";

  const page = () => window.dash_clientside;
  const onTab = () => document.documentElement.dataset.tab === "runs";

  /** The server looks only at what is seen: `store` says whether studies may have changed, or running trials only. */
  function look(store) {
    if (!onTab()) return;
    looks += 1;
    page().set_props(store, { data: looks });
  }

  /** Curves and running trials grow between two trials; nothing is asked while nothing runs or nobody looks. */
  function tick() {
    if (!running || document.visibilityState !== "visible") return;
    page().set_props("store-tick", { data: Date.now() });
    look("store-runs-tick");
  }

  function press(element, field) {
    const action = { ...JSON.parse(element.dataset.act), text: field?.value ?? null, at: Date.now() };
    if (action.action === "log") page().set_props("store-trial-log-of", { data: action });
    else if (action.action === "focus") page().trellis?.focus?.(action.study, action.number);
    else page().set_props("store-run-act", { data: action });
  }

  document.addEventListener("click", (event) => {
    const button = event.target.closest?.("button[data-act]");
    if (button) press(button, button.closest("[data-form]")?.querySelector("input"));
  });
  document.addEventListener("change", (event) => {
    const place = event.target.closest?.("span[data-act]");
    if (place) press(place, event.target);
  });
  document.addEventListener("keydown", (event) => {
    const form = event.key === "Enter" && event.target.matches?.("input") && event.target.closest("[data-form]");
    if (form) press(form.querySelector("button[data-enter]"), event.target);
  });
  window.addEventListener("trellis:layout", () => {
    const opened = onTab() && tab !== "runs";
    tab = document.documentElement.dataset.tab;
    if (opened) look("store-runs-look");
  });
  setInterval(tick, LOOK_MS);

  const functions = {
    follow(answer) {
      running = (answer?.studies ?? []).some(({ state, counts }) => state === "running" || (!state && counts.running));
      look("store-runs-look");
    },
    acted: () => look("store-runs-look"),
  };
  Object.assign((window.dash_clientside ??= {}), { runs: functions });
})();

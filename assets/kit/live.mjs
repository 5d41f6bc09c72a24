/** Widgets that follow the model without costing a drag more than a frame asks for. */

/**
 * Call `update` once a frame in which one of the events came, while the host can be seen; else once it is seen again.
 * @param {HTMLElement} host @param {Model} model @param {string[]} events @param {() => void} update
 */
export function whenSeen(host, model, events, update) {
  let [asked, stale] = [false, true];
  const run = () => {
    asked = false;
    if (!stale || host.offsetParent === null) return;
    stale = false;
    update();
  };
  const ask = () => {
    if (!asked) requestAnimationFrame(run);
    asked = true;
  };
  const follow = () => {
    stale = true;
    ask();
  };
  for (const event of events) model.on(event, follow);
  window.addEventListener("trellis:layout", ask);
  ask();
}

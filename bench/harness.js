// Injected into every page under measurement before its own scripts: how long after a mouse event was the last canvas painted?
(() => {
  const QUIET = 6; // frames without paint that end a brush step's painting (0.1 s)
  const REST = 36; // frames without paint after which nothing more is expected (0.6 s)
  const PATIENCE = 5000; // ms to wait for the first paint of a step
  const PAINTS = {
    CanvasRenderingContext2D: ["fillRect", "strokeRect", "clearRect", "fill", "stroke", "putImageData", "drawImage", "fillText", "strokeText"],
    OffscreenCanvasRenderingContext2D: ["fillRect", "clearRect", "fill", "stroke", "putImageData", "drawImage"],
    WebGLRenderingContext: ["clear", "drawArrays", "drawElements"],
    WebGL2RenderingContext: ["clear", "drawArrays", "drawElements", "drawArraysInstanced", "drawElementsInstanced"],
  };
  let painted = false;
  let event = null; // timeStamp of the first mouse event since the step was armed
  let watch = null;

  for (const [type, names] of Object.entries(PAINTS)) {
    const prototype = window[type]?.prototype;
    for (const name of prototype ? names : []) {
      const original = prototype[name];
      prototype[name] = function (...args) {
        painted = true;
        return original.apply(this, args);
      };
    }
  }

  const note = (mouse) => {
    event ??= mouse.timeStamp;
  };
  for (const type of ["pointermove", "mousemove"]) window.addEventListener(type, note, true);

  // Registered first in every frame: a paint seen now was made since the last frame, so this is the first frame after it.
  const frame = () => {
    if (watch) watch(performance.now());
    painted = false;
    requestAnimationFrame(frame);
  };
  requestAnimationFrame(frame);

  /** Arm before the mouse moves. Resolves to {first, step, rest}: ms from the event to the frame after the first paint, after
   *  the last paint of the step (up to the first quiet 0.1 s), and after whatever is painted later at rest; null when
   *  nothing was painted. */
  const arm = () => {
    painted = false;
    event = null;
    const armed = performance.now();
    let [first, last, step, quiet] = [null, null, null, 0];
    window.bench.painted = new Promise((resolve) => {
      watch = (now) => {
        quiet = painted ? 0 : quiet + 1;
        if (painted && event !== null) last = now - event;
        first ??= last;
        if (step === null && last !== null && quiet >= QUIET) step = last;
        if (last === null ? now - armed > PATIENCE : quiet >= REST) {
          watch = null;
          resolve(last === null ? null : { first, step: step ?? last, rest: last });
        }
      };
    });
  };

  /** Resolves when nothing has been painted for as long as REST. */
  const quiet = () =>
    new Promise((resolve) => {
      let frames = 0;
      watch = () => {
        frames = painted ? 0 : frames + 1;
        if (frames < REST) return;
        watch = null;
        resolve();
      };
    });

  const visible = () => [...document.querySelectorAll("canvas")].filter((canvas) => canvas.width && canvas.height && canvas.offsetParent);
  const pixels = () => visible().map((canvas) => canvas.toDataURL());

  window.bench = { arm, pixels, quiet, painted: null };
})();

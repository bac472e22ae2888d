// page.js - the page: its panels, one for each allocator, and everything that can be pressed.

const FONT = "system-ui, sans-serif";
const $ = (id) => document.getElementById(id);

// One allocator on the trace.
class Panel {
  constructor(log, page) {
    this.history = new History(log);
    this.history.ops.none = log.ids;
    this.page = page;
    this.root = $("panel").content.firstElementChild.cloneNode(true);
    $("panels").append(this.root);
    this.hovered = NONE;
    const find = (selector) => this.root.querySelector(selector);
    const [canvas, overlay] = this.root.querySelectorAll(".map canvas");
    this.map = new HeapMap(this.history, canvas, overlay);
    this.curves = new Curves(this.history, find(".curves"));
    this.strip = new Strip(this.history, find(".strip"));
    this.fillIn(find);
    this.listen(overlay, find(".strip"));
  }

  fillIn(find) {
    const h = this.history, title = explainTitle(h);
    find("h2").textContent = title;
    this.root.setAttribute("aria-label", title);
    find(".summary").textContent = summary(h);
    find(".tag").append(` (at least ${bytes(h.tag)} beside a payload here)`);
    this.map.overlay.setAttribute("aria-label",
      `Addresses over time of ${title}. ${summary(h)}. The text above and the table below say what happens at each operation.`);
    if (!h.failure) return;
    find(".failing").hidden = false;
    const box = find(".finding"), name = document.createElement("b");
    name.textContent = h.failure.finding.code;
    const { line, message, usual_cause: cause } = h.failure.finding;
    box.append(name, `${line ? ` at line ${line}` : ""}: ${message}\nUsual cause: ${cause}`);
  }

  listen(overlay, strip) {
    const ratio = () => window.devicePixelRatio || 1;
    overlay.addEventListener("pointermove", (e) => {
      const t = this.map.timeAt(e.offsetX * ratio());
      this.hover(t, this.map.addressAt(e.offsetY * ratio()), e);
    });
    strip.addEventListener("pointermove", (e) => {
      const address = this.strip.addressAt(e.offsetX * ratio(), e.offsetY * ratio());
      if (address === null) this.leave();
      else this.hover(this.page.time, address, e);
    });
    for (const canvas of [overlay, strip])
      canvas.addEventListener("pointerleave", () => this.leave());
    overlay.addEventListener("wheel", (e) => {
      e.preventDefault();
      const factor = e.deltaY < 0 ? 0.8 : 1.25;
      if (e.shiftKey)
        this.page.zoomAddresses(factor, this.map.addressAt(e.offsetY * ratio()));
      else
        this.page.zoom(factor, this.map.timeAt(e.offsetX * ratio()));
    }, { passive: false });
    this.listenToDrags(overlay, ratio);
  }

  // A click chooses the operation, a drag moves the view.
  listenToDrags(overlay, ratio) {
    let start = null, moved = false;
    overlay.addEventListener("pointerdown", (e) => {
      start = { x: e.clientX, y: e.clientY, view: this.page.view };
      moved = false;
      overlay.setPointerCapture(e.pointerId);
    });
    overlay.addEventListener("pointermove", (e) => {
      if (!start) return;
      const dx = (e.clientX - start.x) * ratio(), dy = (e.clientY - start.y) * ratio();
      moved = moved || Math.abs(dx) + Math.abs(dy) > 4 * ratio();
      if (moved) this.page.dragFrom(start.view, dx / this.map.width, dy / this.map.height);
    });
    overlay.addEventListener("pointerup", (e) => {
      if (start && !moved) this.page.go(this.map.timeAt(e.offsetX * ratio()));
      start = null;
    });
  }

  hover(time, address, event) {
    const h = this.history, block = h.find(h.blocks, time, address);
    let lines;
    if (block !== NONE) lines = explainBlock(h, block);
    else if (address >= h.brk[time]) lines = [`beyond the break (${hex(h.brk[time])})`];
    else {
      const gap = h.find(h.gaps, time, address);
      lines = gap === NONE ? ["the allocator's own"] : explainGap(h, gap, time);
    }
    this.showTip(lines, event);
    if (block === this.hovered) return;
    this.hovered = block;
    this.mark();
  }

  showTip(lines, event) {
    const tip = $("tip");
    tip.replaceChildren(...lines.map((text) => {
      const line = document.createElement("div");
      line.textContent = text;
      return line;
    }));
    tip.hidden = false;
    const left = event.clientX + 16, width = tip.offsetWidth;
    tip.style.left = `${left + width > window.innerWidth ? event.clientX - width - 12 : left}px`;
    tip.style.top = `${Math.min(event.clientY + 14, window.innerHeight - tip.offsetHeight - 4)}px`;
  }

  leave() {
    $("tip").hidden = true;
    this.hovered = NONE;
    this.mark();
  }

  time() { return Math.min(this.page.time, this.history.end); }

  draw() {
    this.map.draw(this.page.view);
    const { from, to, low, high } = this.page.view;
    const set = (selector, text) => { this.root.querySelector(selector).textContent = text; };
    set(".from", `operation ${NUMBERS.format(Math.round(from))}`);
    set(".range", `${hex(Math.round(low))} to ${hex(Math.round(high))}`);
    set(".to", `${NUMBERS.format(Math.round(to))}`);
    this.step();
  }

  step() {
    const t = this.time();
    this.block = t > 0 ? this.history.blockOf(t - 1) : NONE;
    this.mark();
    this.curves.draw(this.page.view, t);
    this.tell(t);
    this.fillTable(t);
  }

  mark() {
    const t = this.time();
    this.map.mark(t, this.block, this.hovered);
    this.strip.draw(t, this.block, this.hovered);
  }

  tell(t) {
    const h = this.history, now = this.root.querySelector(".now"), call = document.createElement("b");
    call.textContent = t === 0 && h.failure?.inInit ? "mm_init failed; nothing was asked for."
      : t === 0 ? "mm_init has returned; nothing was asked for yet."
      : `Operation ${NUMBERS.format(t)} of ${NUMBERS.format(h.log.in_trace)}, ${explainCall(h, t - 1)}.`;
    const parts = [call];
    if (t > 0) parts.push(` ${explainEffect(h, t - 1)}`);
    if (h.failure && t === h.failure.time)
      parts.push(` This is where it failed: ${h.failure.finding.code}` + (h.failure.inInit ||
        h.failure.returned || !h.log.next_line ? "." : `; the call at line ${h.log.next_line} did not come to its end.`));
    else if (this.page.time > h.end) parts.push(" The run ended here.");
    now.replaceChildren(...parts);
  }

  fillTable(t) {
    const h = this.history, live = h.live[t], over = h.overhead(t), n = h.alive[t];
    const own = Math.min(h.base, h.brk[t], over);
    const rows = [
      ["Live payload", `${bytes(live)} in ${some(n, "block")}`],
      ["Overhead", `${bytes(over)}: ${bytes(own)} in front of all blocks` +
        (n > 0 ? `, and ${((over - own) / n).toFixed(1)} for each block` : "")],
      ["Free", h.holes[t] > 0
        ? `${bytes(h.free[t])} in ${some(h.holes[t], "hole")}, the longest ${bytes(h.hole[t])}`
        : "none"],
      ["The break", `${bytes(h.brk[t])} (highest so far ${bytes(h.peakBreak[t])})`],
      ["Utilization so far", percent(h.useSoFar(t))],
      ["Payload / heap now", percent(h.useNow(t))],
      ["Fragmentation", percent(h.fragmentation(t))],
    ];
    this.root.querySelector("tbody").replaceChildren(...rows.map(([name, value]) => {
      const row = document.createElement("tr"), head = document.createElement("th");
      head.scope = "row";
      head.textContent = name;
      row.append(head, Object.assign(document.createElement("td"), { textContent: value }));
      return row;
    }));
    this.strip.canvas.setAttribute("aria-label", `The heap after operation ${t}: ` +
      rows.slice(0, 4).map((r) => r.join(" ")).join("; "));
    this.curves.canvas.setAttribute("aria-label", `Curves at operation ${t}: ` +
      rows.slice(4).map((r) => r.join(" ")).join("; "));
  }
}

class Page {
  constructor(logs) {
    this.time = 0;
    this.setTheme(matchMedia("(prefers-color-scheme: dark)").matches);
    this.panels = logs.map((log) => new Panel(log, this));
    $("panels").className = logs.length > 1 ? "two" : "one";
    document.title = `${logs[0].trace}: the heap over time`;
    this.end = Math.max(...this.panels.map((p) => p.history.end));
    this.top = Math.max(64, ...this.panels.map((p) => p.history.peakBreak[p.history.end])) * 1.03;
    $("time").max = $("number").max = this.end;
    this.failing = this.panels.find((p) => p.history.failure);
    $("failure").hidden = !this.failing;
    this.listen();
    this.view = this.everything();
    this.time = this.failing ? this.failing.history.failure.time : this.busiest();
    this.showTime();
    this.draw();
  }

  everything() { return { from: 0, to: this.end + 1, low: 0, high: this.top }; }

  // A first picture worth a look: where most is live.
  busiest() {
    const { live, end } = this.panels[0].history;
    let best = 0;
    for (let t = 0; t <= end; t++) if (live[t] > live[best]) best = t;
    return best;
  }

  draw() {
    if (this.drawing) return;
    this.drawing = requestAnimationFrame(() => {
      this.drawing = 0;
      this.panels.forEach((p) => p.draw());
    });
  }

  showTime() {
    $("time").value = $("number").value = this.time;
    $("time").setAttribute("aria-valuetext", `after operation ${this.time} of ${this.end}`);
  }

  go(time) {
    this.time = Math.max(0, Math.min(this.end, Math.round(time)));
    this.showTime();
    const { from, to } = this.view, span = to - from;
    if (this.time < from || this.time >= to) {
      const start = Math.max(0, Math.min(this.end + 1 - span, this.time - span / 2));
      this.setView({ ...this.view, from: start, to: start + span });
      return;
    }
    if (this.stepping || this.drawing) return;
    this.stepping = requestAnimationFrame(() => {
      this.stepping = 0;
      this.panels.forEach((p) => p.step());
    });
  }

  setView(view) {
    this.view = view;
    this.draw();
  }

  zoom(factor, centre) {
    const { from, to } = this.view, whole = this.end + 1;
    const span = Math.min(whole, Math.max(Math.min(4, whole), (to - from) * factor));
    const start = centre + 0.5 - (centre + 0.5 - from) * span / (to - from);
    const kept = Math.max(0, Math.min(whole - span, start));
    this.setView({ ...this.view, from: kept, to: kept + span });
  }

  zoomAddresses(factor, centre) {
    const { low, high } = this.view;
    const span = Math.min(this.top, Math.max(Math.min(256, this.top), (high - low) * factor));
    const start = centre - (centre - low) * span / (high - low);
    const kept = Math.max(0, Math.min(this.top - span, start));
    this.setView({ ...this.view, low: kept, high: kept + span });
  }

  dragFrom(view, dx, dy) {
    const width = view.to - view.from, height = view.high - view.low;
    const from = Math.max(0, Math.min(this.end + 1 - width, view.from - dx * width));
    const low = Math.max(0, Math.min(this.top - height, view.low + dy * height));
    this.setView({ from, to: from + width, low, high: low + height });
  }

  // The addresses around the block of this operation, or around the lowest address.
  closeUp() {
    const panel = this.panels[0], { blocks } = panel.history;
    const block = panel.block, middle = block === NONE ? 0 : (blocks.start[block] + blocks.stop[block]) / 2;
    const size = block === NONE ? 0 : blocks.stop[block] - blocks.start[block];
    const span = Math.min(this.top, Math.max(512, 8 * size));
    const low = Math.max(0, Math.min(this.top - span, middle - span / 2));
    const times = Math.min(this.end + 1, 60);
    const from = Math.max(0, Math.min(this.end + 1 - times, this.time - times / 2));
    this.setView({ from, to: from + times, low, high: low + span });
  }

  nextRaise(step) {
    const { brk, end } = this.panels[0].history;
    for (let t = Math.min(this.time, end) + step; t > 0 && t <= end; t += step)
      if (brk[t] > brk[t - 1]) return this.go(t);
    return undefined;
  }

  otherEnd() {
    const { block, history: { blocks, end } } = this.panels[0];
    if (block === NONE) return;
    const made = blocks.from[block], ended = Math.min(end, blocks.to[block]);
    this.go(this.time === made ? ended : made);
  }

  toFailure() { if (this.failing) this.go(this.failing.history.failure.time); }

  play(on) {
    clearInterval(this.playing);
    this.playing = 0;
    $("play").textContent = on ? "Stop" : "Play";
    $("play").setAttribute("aria-pressed", on);
    if (!on) return;
    if (this.time === this.end) this.go(0);
    const span = this.view.to - this.view.from, stride = Math.max(1, Math.round(span / 600));
    this.playing = setInterval(() => {
      if (this.time >= this.end) this.play(false);
      else this.go(this.time + stride);
    }, span < 100 ? 200 : 33);
  }

  setTheme(dark) {
    this.dark = dark;
    document.documentElement.dataset.theme = dark ? "dark" : "light";
    $("theme").textContent = dark ? "Light colours" : "Dark colours";
    if (this.panels) this.draw();
  }

  key(event) {
    const stride = event.ctrlKey ? 100 : event.shiftKey ? 10 : 1;
    const page = Math.max(1, Math.round((this.view.to - this.view.from) / 20));
    const actions = {
      ArrowLeft: () => this.go(this.time - stride), ArrowRight: () => this.go(this.time + stride),
      Home: () => this.go(0), End: () => this.go(this.end),
      PageUp: () => this.go(this.time - page), PageDown: () => this.go(this.time + page),
      n: () => this.nextRaise(1), p: () => this.nextRaise(-1), f: () => this.toFailure(),
      b: () => this.otherEnd(), a: () => this.closeUp(), d: () => this.setTheme(!this.dark),
      "+": () => this.zoom(0.5, this.time), "=": () => this.zoom(0.5, this.time),
      "-": () => this.zoom(2, this.time), 0: () => this.setView(this.everything()),
      " ": () => this.play(!this.playing),
    };
    const inButton = event.target.tagName === "BUTTON" || event.target.tagName === "SUMMARY";
    const inNumber = event.target.id === "number";
    if (inNumber || event.altKey || event.metaKey || (inButton && event.key === " ")) return;
    if (event.ctrlKey && !event.key.startsWith("Arrow")) return;
    const action = actions[event.key];
    if (!action) return;
    event.preventDefault();
    action();
  }

  listen() {
    const press = (id, action) => $(id).addEventListener("click", action);
    press("first", () => this.go(0));
    press("last", () => this.go(this.end));
    press("back", () => this.go(this.time - 1));
    press("forward", () => this.go(this.time + 1));
    press("play", () => this.play(!this.playing));
    press("raise", () => this.nextRaise(1));
    press("failure", () => this.toFailure());
    press("in", () => this.zoom(0.5, this.time));
    press("out", () => this.zoom(2, this.time));
    press("all", () => this.setView(this.everything()));
    press("theme", () => this.setTheme(!this.dark));
    $("time").addEventListener("input", () => this.go(Number($("time").value)));
    $("number").addEventListener("change", () => this.go(Number($("number").value) || 0));
    document.addEventListener("keydown", (event) => this.key(event));
    window.addEventListener("resize", () => this.draw());
  }
}

const logs = [...document.querySelectorAll("script.log")].map((s) => JSON.parse(s.textContent));
const page = new Page(logs);

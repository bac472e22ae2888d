// curves.js - how well the heap is used, over time.

const MARKS = [0, 0.25, 0.5, 0.75, 1];

class Curves {
  constructor(history, canvas) {
    Object.assign(this, { history, canvas });
  }

  // For each column of pixels, the mean over its operations.
  column(value, x) {
    const { from, to } = this.view, step = (to - from) / this.width, { end } = this.history;
    const first = Math.floor(from + x * step);
    const last = Math.max(first + 1, Math.floor(from + (x + 1) * step));
    let sum = 0, n = 0;
    // Of very many operations a sample is enough for a pixel.
    for (let t = first, skip = Math.max(1, (last - first) >> 5); t < last && t <= end; t += skip) {
      sum += value(t);
      n++;
    }
    return n > 0 ? sum / n : NaN;
  }

  y(part) { return this.high - part * (this.high - 2 * this.ratio) - this.ratio; }

  draw(view, time) {
    const { width, height, ratio } = fitCanvas(this.canvas), colours = palette();
    const context = this.canvas.getContext("2d"), { history } = this;
    Object.assign(this, { width, high: height, ratio, view });
    context.clearRect(0, 0, width, height);
    context.fillStyle = colours.text("rule");
    for (const part of MARKS) context.fillRect(0, this.y(part), width, ratio);
    this.line(context, (t) => history.useNow(t), colours.text("use-now"), 1);
    this.line(context, (t) => history.fragmentation(t), colours.text("crumbs"), 1.5, [5, 3]);
    this.line(context, (t) => history.useSoFar(t), colours.text("use"), 2.5);
    this.drawScale(context, colours);
    context.fillStyle = colours.text("accent");
    context.fillRect((time - view.from) / (view.to - view.from) * width, 0, 1.5 * ratio, height);
  }

  // Names of the marks, readable across the curves.
  drawScale(context, colours) {
    context.font = `${10 * this.ratio}px ${FONT}`;
    context.textBaseline = "bottom";
    context.strokeStyle = colours.text("card");
    context.fillStyle = colours.text("quiet");
    context.lineWidth = 4 * this.ratio;
    context.lineJoin = "round";
    for (const part of MARKS.slice(0, -1)) {
      const place = [`${part * 100} %`, 4 * this.ratio, this.y(part) - this.ratio];
      context.strokeText(...place);
      context.fillText(...place);
    }
  }

  line(context, value, colour, thickness, dash = []) {
    context.strokeStyle = colour;
    context.lineWidth = thickness * this.ratio;
    context.setLineDash(dash.map((n) => n * this.ratio));
    context.beginPath();
    for (let x = 0; x < this.width; x++) {
      const part = this.column(value, x);
      if (!Number.isNaN(part)) context.lineTo(x + 0.5, this.y(part));
    }
    context.stroke();
    context.setLineDash([]);
  }
}

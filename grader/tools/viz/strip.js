// strip.js - the heap at one time, in rows like lines of text: each byte in its place.

const ROWS = 24; // about as many, at most

class Strip {
  constructor(history, canvas) {
    Object.assign(this, { history, canvas });
    const peak = history.peakBreak[history.end];
    // A power of two per row, so that addresses at the margin are round.
    this.perRow = 2 ** Math.max(6, Math.ceil(Math.log2(Math.max(1, peak) / ROWS)));
    this.rows = Math.max(1, Math.ceil(peak / this.perRow));
    canvas.style.height = `${this.rows * this.rowHeight()}px`;
  }

  rowHeight() { return this.rows <= 16 ? 20 : 15; }

  x(row, address) {
    return this.margin + (address - row * this.perRow) / this.perRow * this.inner;
  }

  // Calls f(row, x0, x1) for each row that [start, stop) touches.
  parts(start, stop, f) {
    const last = Math.min(this.rows - 1, Math.ceil(stop / this.perRow) - 1);
    for (let row = Math.floor(start / this.perRow); row <= last; row++)
      f(row, Math.max(this.margin, this.x(row, start)),
        Math.min(this.margin + this.inner, this.x(row, stop)));
  }

  draw(time, block, hovered) {
    const { width, height, ratio } = fitCanvas(this.canvas), colours = palette();
    const context = this.canvas.getContext("2d");
    Object.assign(this, { width, height, ratio, time, margin: Math.round(78 * ratio) });
    this.inner = width - this.margin - ratio;
    this.high = height / this.rows;
    this.raster = new Raster(width, this.rows, 4);
    this.fill(time);
    this.drawRaster(context, colours);
    this.drawNames(context, colours);
    for (const [i, colour] of [[hovered, "hover"], [block, "accent"]])
      if (i !== NONE && this.isLive(i)) this.outline(context, i, colours.text(colour));
    this.drawBreak(context, colours);
    this.drawMargin(context, colours);
  }

  isLive(i) {
    const { blocks } = this.history;
    return blocks.from[i] <= this.time && this.time < blocks.to[i];
  }

  fill(time) {
    const { blocks, gaps, brk } = this.history;
    const add = (layer, start, stop) => this.parts(start, stop,
      (row, x0, x1) => this.raster.add(layer, x0, x1, row, row + 1));
    this.live = [];
    for (let i = 0; i < blocks.count; i++)
      if (this.isLive(i)) {
        this.live.push(i);
        add(i % 2 ? PAYLOAD_OTHER : PAYLOAD, blocks.start[i], blocks.stop[i]);
      }
    for (let i = 0; i < gaps.count; i++) {
      if (gaps.from[i] > time || time >= gaps.to[i]) continue;
      const whole = gaps.free[i] === 0;
      add(OVERHEAD, gaps.start[i], whole ? gaps.stop[i] : gaps.open[i]);
      if (whole) continue;
      add(OVERHEAD, gaps.shut[i], gaps.stop[i]);
      add(3, gaps.open[i], gaps.shut[i]);
    }
    this.brk = brk[time];
  }

  drawRaster(context, colours) {
    const small = document.createElement("canvas"), nothing = colours.triple("nothing");
    small.width = this.width;
    small.height = this.rows;
    this.raster.paint(small.getContext("2d"), ["payload", "payload-other", "overhead", "free"]
      .map(colours.triple), () => nothing);
    context.imageSmoothingEnabled = false;
    context.clearRect(0, 0, this.width, this.height);
    context.drawImage(small, 0, 0, this.width, this.height);
    context.fillStyle = colours.text("nothing");
    for (let row = 0; row < this.rows; row++)
      context.fillRect(0, (row + 1) * this.high - 2 * this.ratio, this.width, 2 * this.ratio);
  }

  // The names of blocks that are wide enough.
  drawNames(context, colours) {
    const { blocks } = this.history;
    context.font = `${11 * this.ratio}px ${FONT}`;
    context.textBaseline = "middle";
    for (const i of this.live)
      this.parts(blocks.start[i], blocks.stop[i], (row, x0, x1) => {
        if (x1 - x0 < 8 * this.ratio) return;
        const top = row * this.high, text = `${blocks.id[i]}`;
        context.fillStyle = colours.text("nothing");
        if (blocks.start[i] >= row * this.perRow)
          context.fillRect(x0, top, this.ratio, this.high);
        context.fillStyle = colours.text("on-payload");
        if (x1 - x0 > context.measureText(text).width + 8 * this.ratio)
          context.fillText(text, x0 + 4 * this.ratio, top + this.high / 2 - this.ratio);
      });
  }

  outline(context, i, colour) {
    const { blocks } = this.history;
    context.strokeStyle = colour;
    context.lineWidth = 2 * this.ratio;
    this.parts(blocks.start[i], blocks.stop[i], (row, x0, x1) => context.strokeRect(x0,
      row * this.high + this.ratio, Math.max(3 * this.ratio, x1 - x0), this.high - 4 * this.ratio));
  }

  drawBreak(context, colours) {
    const row = Math.min(this.rows - 1, Math.floor(this.brk / this.perRow));
    context.fillStyle = colours.text("break");
    context.fillRect(this.x(row, this.brk) - this.ratio, row * this.high, 2 * this.ratio,
      this.high);
  }

  drawMargin(context, colours) {
    context.font = `${11 * this.ratio}px ${FONT}`;
    context.textBaseline = "middle";
    context.textAlign = "right";
    context.fillStyle = colours.text("quiet");
    for (let row = 0; row < this.rows; row++)
      context.fillText(`+0x${(row * this.perRow).toString(16)}`, this.margin - 6 * this.ratio,
        (row + 0.5) * this.high - this.ratio);
    context.textAlign = "left";
  }

  // The address under a point in device pixels, or null.
  addressAt(x, y) {
    const row = Math.floor(y / this.high);
    if (x < this.margin || row < 0 || row >= this.rows) return null;
    return (row + (x - this.margin) / this.inner) * this.perRow;
  }
}

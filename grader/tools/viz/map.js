// map.js - the heap over time: operations from left to right, addresses from bottom to top.

const PAYLOAD = 0, PAYLOAD_OTHER = 1, OVERHEAD = 2; // layers of the raster
const LABELS_UP_TO = 400; // blocks in view for which outlines and names are drawn

class HeapMap {
  constructor(history, canvas, overlay) {
    Object.assign(this, { history, canvas, overlay });
  }

  // view: { from, to } in operations, { low, high } in bytes.
  draw(view) {
    const { width, height, ratio } = fitCanvas(this.canvas);
    Object.assign(this, { view, width, height, ratio });
    const raster = new Raster(width, height, 3), colours = palette();
    this.addBlocks(raster);
    this.addOverhead(raster);
    const breaks = this.breakPerColumn(), context = this.canvas.getContext("2d");
    const free = colours.triple("free"), nothing = colours.triple("nothing");
    raster.paint(context, [colours.triple("payload"), colours.triple("payload-other"),
      colours.triple("overhead")], (x, y) => (y + 0.5 >= breaks[x] ? free : nothing));
    this.drawBreak(context, breaks, colours);
    this.drawBlocks(context, colours);
    this.drawFailure(context, colours);
  }

  x(time) { return (time - this.view.from) / (this.view.to - this.view.from) * this.width; }
  y(address) {
    const { low, high } = this.view;
    return this.height - (address - low) / (high - low) * this.height;
  }

  timeAt(x) {
    const t = this.view.from + x / this.width * (this.view.to - this.view.from);
    return Math.max(0, Math.min(this.history.end, Math.floor(t)));
  }

  addressAt(y) {
    return this.view.low + (this.height - y) / this.height * (this.view.high - this.view.low);
  }

  addBlocks(raster) {
    const { blocks } = this.history, { from, to } = this.view;
    for (let i = 0; i < blocks.count; i++) {
      if (blocks.to[i] <= from || blocks.from[i] >= to) continue;
      raster.add(i % 2 ? PAYLOAD_OTHER : PAYLOAD, this.x(blocks.from[i]), this.x(blocks.to[i]),
        this.y(blocks.stop[i]), this.y(blocks.start[i]));
    }
  }

  addOverhead(raster) {
    const { gaps } = this.history, { from, to } = this.view;
    for (let i = 0; i < gaps.count; i++) {
      if (gaps.to[i] <= from || gaps.from[i] >= to) continue;
      const x0 = this.x(gaps.from[i]), x1 = this.x(gaps.to[i]);
      const bottom = this.y(gaps.start[i]), top = this.y(gaps.stop[i]);
      if (gaps.free[i] === 0) {
        raster.add(OVERHEAD, x0, x1, top, bottom);
        continue;
      }
      raster.add(OVERHEAD, x0, x1, top, this.y(gaps.shut[i]));
      raster.add(OVERHEAD, x0, x1, this.y(gaps.open[i]), bottom);
    }
  }

  // Where the break stands in each column of pixels: the highest of its operations.
  breakPerColumn() {
    const { history, width, view } = this, rows = new Float64Array(width);
    const step = (view.to - view.from) / width;
    for (let x = 0; x < width; x++) {
      const from = Math.floor(view.from + x * step);
      const to = Math.max(from + 1, Math.floor(view.from + (x + 1) * step));
      let highest = 0;
      for (let t = from; t < to && t <= history.end; t++)
        highest = Math.max(highest, history.brk[t]);
      rows[x] = this.y(highest);
    }
    return rows;
  }

  drawBreak(context, rows, colours) {
    const end = Math.min(this.width, Math.ceil(this.x(this.history.end + 1)));
    context.strokeStyle = colours.text("break");
    context.lineWidth = 1.5 * this.ratio;
    context.beginPath();
    for (let x = 0; x < end; x++) {
      context.lineTo(x, rows[x]);
      context.lineTo(x + 1, rows[x]);
    }
    context.stroke();
  }

  // With few blocks in view each gets an outline and, where it fits, its name.
  drawBlocks(context, colours) {
    const { blocks } = this.history, { from, to, low, high } = this.view, seen = [];
    for (let i = 0; i < blocks.count && seen.length <= LABELS_UP_TO; i++)
      if (blocks.to[i] > from && blocks.from[i] < to && blocks.stop[i] > low &&
          blocks.start[i] < high)
        seen.push(i);
    if (seen.length > LABELS_UP_TO) return;
    context.strokeStyle = colours.text("nothing");
    context.fillStyle = colours.text("on-payload");
    context.lineWidth = this.ratio;
    context.textBaseline = "middle";
    for (const i of seen) this.drawBlock(context, i);
  }

  drawBlock(context, i) {
    const { blocks } = this.history, x0 = Math.max(0, this.x(blocks.from[i]));
    const x1 = Math.min(this.width, this.x(blocks.to[i]));
    const y0 = this.y(blocks.stop[i]), y1 = this.y(blocks.start[i]);
    const small = 11 * this.ratio, name = `${blocks.id[i]}`;
    if (x1 - x0 > 4 * this.ratio && y1 - y0 > 3 * this.ratio)
      context.strokeRect(x0, y0, x1 - x0, y1 - y0);
    context.font = `${small}px ${FONT}`;
    if (y1 - y0 >= small && x1 - x0 >= context.measureText(name).width + 6 * this.ratio)
      context.fillText(name, x0 + 4 * this.ratio, (y0 + y1) / 2);
  }

  drawFailure(context, colours) {
    const { failure, offender } = this.history;
    if (!failure) return;
    const time = failure.time + (failure.returned ? 0 : 1);
    const x = Math.min(this.width - 2 * this.ratio, this.x(time));
    context.strokeStyle = context.fillStyle = colours.text("failure");
    context.lineWidth = 4 * this.ratio;
    if (offender)
      context.strokeRect(x, this.y(offender.stop), Math.max(4, this.x(time + 1) - x),
        Math.max(3 * this.ratio, this.y(offender.start) - this.y(offender.stop)));
    context.setLineDash([6 * this.ratio, 4 * this.ratio]);
    context.beginPath();
    context.moveTo(x, 0);
    context.lineTo(x, this.height);
    context.stroke();
    context.setLineDash([]);
    if (failure.address === null) return;
    context.beginPath();
    context.arc(x, this.y(failure.address), 5 * this.ratio, 0, 2 * Math.PI);
    context.fill();
  }

  // What changes with each step: the line of now, the block of the operation, the pointer.
  mark(time, block, hovered) {
    const { width, height } = fitCanvas(this.overlay), colours = palette();
    const context = this.overlay.getContext("2d");
    context.clearRect(0, 0, width, height);
    if (hovered !== NONE) this.outline(context, hovered, colours.text("hover"));
    if (block !== NONE) this.outline(context, block, colours.text("accent"));
    const x0 = this.x(time), x1 = this.x(time + 1);
    context.fillStyle = colours.text("now");
    if (x1 - x0 > 4 * this.ratio) context.fillRect(x0, 0, x1 - x0, height);
    context.fillStyle = colours.text("accent");
    context.fillRect(Math.min(width - this.ratio, x0), 0, 1.5 * this.ratio, height);
  }

  outline(context, i, colour) {
    const { blocks } = this.history, least = 3 * this.ratio;
    const x = this.x(blocks.from[i]), y = this.y(blocks.stop[i]);
    context.strokeStyle = colour;
    context.lineWidth = 2 * this.ratio;
    context.strokeRect(x, y, Math.max(least, this.x(blocks.to[i]) - x),
      Math.max(least, this.y(blocks.start[i]) - y));
  }
}

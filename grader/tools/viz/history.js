// history.js - what a heap looked like at any time, rebuilt from an event log.
//
// The log (grader/engine/events.h) holds, for each operation, what was asked for, the
// pointer that came back and the break. From these alone we find live payloads, gaps and
// numbers. Time t counts operations: at time t, operations 0 .. t-1 have returned.
//
// Payloads are known exactly. What lies between them is told apart by size: `tag` is the
// smallest gap ever seen between two live payloads, so every block needs that much beside
// its payload. A gap that could not hold one more aligned payload with such a tag is
// overhead; in a longer one, the tag of the block behind it and the padding of the block in
// front of it are overhead, and the rest is free.

class Reader {
  constructor(base64) {
    const text = atob(base64);
    this.bytes = new Uint8Array(text.length);
    for (let i = 0; i < text.length; i++) this.bytes[i] = text.charCodeAt(i);
    this.at = 0;
  }

  byte() { return this.bytes[this.at++]; }

  number() {
    let value = 0, scale = 1, byte;
    do {
      byte = this.bytes[this.at++];
      value += (byte & 127) * scale;
      scale *= 128;
    } while (byte > 127);
    return value;
  }

  difference() {
    const n = this.number();
    return n % 2 ? -(n + 1) / 2 : n / 2;
  }
}

const KINDS = ["malloc", "calloc", "realloc", "free"];
const MALLOC = 0, CALLOC = 1, REALLOC = 2, FREE = 3;
const IS_NULL = 4, IS_WILD = 8;
const NONE = -1;

function decodeOperations(log) {
  const n = log.performed, reader = new Reader(log.operations);
  const ops = {
    count: n, kind: new Uint8Array(n), line: new Uint32Array(n), id: new Uint32Array(n),
    bytes: new Float64Array(n), offset: new Float64Array(n), wild: new Uint8Array(n),
  };
  const brk = new Float64Array(n + 1);
  let line = 0, offset = 0;
  brk[0] = log.first_break;
  for (let i = 0; i < n; i++) {
    const head = reader.byte();
    ops.kind[i] = head & 3;
    ops.line[i] = line += reader.number();
    ops.id[i] = reader.number();
    ops.bytes[i] = reader.number();
    ops.wild[i] = head & IS_WILD ? 1 : 0;
    ops.offset[i] = head & (IS_NULL | IS_WILD) ? NONE : (offset += reader.difference());
    brk[i + 1] = brk[i] + reader.difference();
  }
  return { ops, brk };
}

// Live payloads in the order of their addresses: short sorted arrays in a sorted array.
class Order {
  constructor(start) {
    this.start = start; // start[block]: its address
    this.shelves = [[]];
  }

  shelfOf(address) {
    let low = 0, high = this.shelves.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.start[this.shelves[middle][0]] <= address) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  placeIn(shelf, address) { // how many of the shelf start at or below `address`
    let low = 0, high = shelf.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.start[shelf[middle]] <= address) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  atOrBelow(address) {
    const shelf = this.shelves[this.shelfOf(address)], place = this.placeIn(shelf, address);
    return place > 0 ? shelf[place - 1] : NONE;
  }

  add(block) {
    const s = this.shelfOf(this.start[block]), shelf = this.shelves[s];
    shelf.splice(this.placeIn(shelf, this.start[block]), 0, block);
    if (shelf.length > 512) this.shelves.splice(s + 1, 0, shelf.splice(256));
  }

  remove(block) {
    const s = this.shelfOf(this.start[block]), shelf = this.shelves[s];
    shelf.splice(this.placeIn(shelf, this.start[block]) - 1, 1);
    if (shelf.length === 0 && this.shelves.length > 1) this.shelves.splice(s, 1);
  }
}

// A heap of numbers with an end of life: the largest that is still alive.
class Largest {
  constructor(size, end) {
    this.size = size;
    this.end = end;
    this.items = [];
  }

  add(item) {
    const a = this.items;
    let i = a.push(item) - 1;
    for (let up; i > 0 && this.size[a[up = (i - 1) >> 1]] < this.size[item]; i = up) a[i] = a[up];
    a[i] = item;
  }

  drop() {
    const a = this.items, last = a.pop();
    if (a.length === 0) return;
    let i = 0;
    for (let down; (down = 2 * i + 1) < a.length; i = down) {
      if (down + 1 < a.length && this.size[a[down + 1]] > this.size[a[down]]) down++;
      if (this.size[a[down]] <= this.size[last]) break;
      a[i] = a[down];
    }
    a[i] = last;
  }

  at(time) {
    while (this.items.length > 0 && this.end[this.items[0]] <= time) this.drop();
    return this.items.length > 0 ? this.size[this.items[0]] : 0;
  }
}

// Follows the operations and notes every payload and every gap with its time and place.
class Follower {
  constructor(ops, brk) {
    this.ops = ops;
    this.brk = brk;
    // A payload lives at from <= t < to, at start <= address < stop.
    this.blocks = { from: [], to: [], start: [], stop: [], id: [], origin: [], made: [] };
    this.gaps = { from: [], to: [], start: [], stop: [], last: [] };
    this.order = new Order(this.blocks.start);
    this.next = [];
    this.previous = [];
    this.first = this.lastBlock = NONE;
    this.gapAfter = []; // [block + 1]: the open gap behind it; [0]: that before the first
    this.current = []; // [id]: its block
    this.offender = null; // a payload that was returned and cannot be
    this.openGap(NONE, 0);
  }

  closeGap(block, time) {
    const gap = this.gapAfter[block + 1];
    if (gap >= 0) this.gaps.to[gap] = time;
    this.gapAfter[block + 1] = NONE;
  }

  openGap(block, time) {
    const { blocks, gaps } = this, next = block === NONE ? this.first : this.next[block];
    const start = block === NONE ? 0 : blocks.stop[block];
    const stop = next === NONE ? this.brk[time] : blocks.start[next];
    this.gapAfter[block + 1] = stop > start ? gaps.from.length : NONE;
    if (stop <= start) return;
    gaps.from.push(time);
    gaps.to.push(Infinity);
    gaps.start.push(start);
    gaps.stop.push(stop);
    gaps.last.push(next === NONE);
  }

  link(block, before, after) {
    this.previous[block] = before;
    this.next[block] = after;
    if (before === NONE) this.first = block; else this.next[before] = block;
    if (after === NONE) this.lastBlock = block; else this.previous[after] = block;
  }

  add(op, start, size, origin, time) {
    const b = this.blocks, stop = start + size, before = this.order.atOrBelow(start);
    const after = before === NONE ? this.first : this.next[before];
    const overlaps = (before !== NONE && (b.stop[before] > start || b.start[before] === start)) ||
        (after !== NONE && b.start[after] < stop);
    if (overlaps || stop > this.brk[time]) {
      this.offender = { start, stop, time };
      return;
    }
    const block = b.from.length;
    b.from.push(time);
    b.to.push(Infinity);
    b.start.push(start);
    b.stop.push(stop);
    b.id.push(this.ops.id[op]);
    b.origin.push(origin);
    b.made.push(op);
    this.closeGap(before, time);
    this.link(block, before, after);
    this.order.add(block);
    this.openGap(before, time);
    this.openGap(block, time);
    this.current[this.ops.id[op]] = block;
  }

  remove(block, time) {
    const before = this.previous[block], after = this.next[block];
    this.blocks.to[block] = time;
    this.current[this.blocks.id[block]] = NONE;
    this.closeGap(before, time);
    this.closeGap(block, time);
    this.order.remove(block);
    if (before === NONE) this.first = after; else this.next[before] = after;
    if (after === NONE) this.lastBlock = before; else this.previous[after] = before;
    this.openGap(before, time);
  }

  perform(op) {
    const { kind, id, bytes, offset } = this.ops, time = op + 1;
    const owned = kind[op] === REALLOC || kind[op] === FREE;
    const old = owned ? this.current[id[op]] ?? NONE : NONE;
    if (this.brk[time] !== this.brk[op]) {
      this.closeGap(this.lastBlock, time);
      this.openGap(this.lastBlock, time);
    }
    const refused = kind[op] === REALLOC && offset[op] === NONE && bytes[op] > 0;
    if (old !== NONE && !refused) this.remove(old, time);
    if (offset[op] !== NONE) this.add(op, offset[op], bytes[op], old, time);
  }
}

function floats(list) { return Float64Array.from(list); }

class History {
  constructor(log) {
    this.log = log;
    this.alignment = log.alignment;
    Object.assign(this, decodeOperations(log));
    this.end = this.ops.count; // the last time
    const follower = new Follower(this.ops, this.brk);
    for (let op = 0; op < this.end; op++) follower.perform(op);
    this.offender = follower.offender;
    this.blocks = this.packed(follower.blocks);
    this.gaps = this.packed(follower.gaps);
    this.findTag();
    this.divideGaps();
    this.count();
    this.findFailure();
  }

  packed(lists) {
    const packed = { count: lists.from.length };
    for (const [name, list] of Object.entries(lists)) packed[name] = floats(list);
    for (let i = 0; i < packed.count; i++)
      if (packed.to[i] === Infinity) packed.to[i] = this.end + 1;
    return packed;
  }

  // The least that stands between two payloads, and where the first block may begin.
  findTag() {
    const { gaps, blocks } = this;
    this.tag = 64;
    for (let i = 0; i < gaps.count; i++)
      if (gaps.start[i] > 0 && !gaps.last[i])
        this.tag = Math.min(this.tag, gaps.stop[i] - gaps.start[i]);
    let lowest = Infinity;
    for (let i = 0; i < blocks.count; i++) lowest = Math.min(lowest, blocks.start[i]);
    if (blocks.count < 2) this.tag = Math.min(this.tag, 8);
    this.base = lowest === Infinity ? 0 : Math.max(0, lowest - this.tag);
  }

  // What of each gap is free: from open to shut; the rest is overhead.
  divideGaps() {
    const { gaps, alignment, tag } = this;
    gaps.open = new Float64Array(gaps.count);
    gaps.shut = new Float64Array(gaps.count);
    gaps.free = new Float64Array(gaps.count);
    for (let i = 0; i < gaps.count; i++) {
      const start = gaps.start[i] === 0 ? this.base : gaps.start[i];
      gaps.open[i] = Math.ceil((start + tag) / alignment) * alignment - tag;
      gaps.shut[i] = gaps.stop[i] - tag;
      const free = gaps.shut[i] - gaps.open[i];
      gaps.free[i] = free >= alignment ? free : 0;
    }
  }

  // Per time: bytes of payload, overhead and free memory, holes, the largest hole, peaks.
  count() {
    const n = this.end + 2, { blocks, gaps } = this;
    const live = new Float64Array(n), free = new Float64Array(n);
    const holes = new Float64Array(n), alive = new Float64Array(n);
    const add = (list, set, i, value) => {
      list[set.from[i]] += value;
      list[Math.min(set.to[i], n - 1)] -= value;
    };
    for (let i = 0; i < blocks.count; i++) {
      add(live, blocks, i, blocks.stop[i] - blocks.start[i]);
      add(alive, blocks, i, 1);
    }
    for (let i = 0; i < gaps.count; i++) {
      add(free, gaps, i, gaps.free[i]);
      add(holes, gaps, i, gaps.free[i] > 0 ? 1 : 0);
    }
    Object.assign(this, { live, free, holes, alive });
    this.accumulate(new Largest(gaps.free, gaps.to));
  }

  accumulate(largest) {
    const n = this.end + 1;
    this.hole = new Float64Array(n);
    this.peakLive = new Float64Array(n);
    this.peakBreak = new Float64Array(n);
    for (let t = 0, gap = 0; t < n; t++) {
      for (const list of t > 0 ? [this.live, this.free, this.holes, this.alive] : [])
        list[t] += list[t - 1];
      for (; gap < this.gaps.count && this.gaps.from[gap] === t; gap++) largest.add(gap);
      this.hole[t] = largest.at(t);
      this.peakLive[t] = Math.max(t > 0 ? this.peakLive[t - 1] : 0, this.live[t]);
      this.peakBreak[t] = Math.max(t > 0 ? this.peakBreak[t - 1] : 0, this.brk[t]);
    }
  }

  overhead(t) { return Math.max(0, this.brk[t] - this.live[t] - this.free[t]); }
  useNow(t) { return this.brk[t] > 0 ? this.live[t] / this.brk[t] : 0; }
  useSoFar(t) { return this.peakBreak[t] > 0 ? this.peakLive[t] / this.peakBreak[t] : 0; }
  // 0: all free memory is one hole; near 1: it is crumbs.
  fragmentation(t) { return this.free[t] > 0 ? 1 - this.hole[t] / this.free[t] : 0; }

  // The error, if there is one: when, and the first address that it names.
  findFailure() {
    const finding = this.log.findings.find((f) => f.severity === "error");
    if (!finding || this.log.valid) return;
    const address = /heap\+0x([0-9a-f]+)/.exec(finding.message);
    this.failure = {
      finding,
      time: this.end,
      inInit: this.end === 0 && finding.line === 0,
      returned: this.end > 0 && finding.line === this.ops.line[this.end - 1],
      address: address ? parseInt(address[1], 16) : null,
    };
  }

  // The member of `set` that is there at time t and holds the address, or NONE.
  find(set, t, address) {
    for (let i = 0; i < set.count; i++)
      if (set.from[i] <= t && t < set.to[i] && set.start[i] <= address && address < set.stop[i])
        return i;
    return NONE;
  }

  // The block that operation `op` made or ended, or NONE.
  blockOf(op) {
    const { blocks } = this, time = op + 1;
    let ended = NONE;
    for (let i = 0; i < blocks.count; i++) {
      if (blocks.made[i] === op) return i;
      if (blocks.to[i] === time && blocks.id[i] === this.ops.id[op]) ended = i;
    }
    return ended;
  }
}

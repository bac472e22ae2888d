// explain.js - an operation, a block and a moment in words.

const NUMBERS = new Intl.NumberFormat("en");

function bytes(n) {
  if (n >= 2 ** 53) return "more than 2^53 bytes";
  if (n < 100000) return `${NUMBERS.format(n)} ${n === 1 ? "byte" : "bytes"}`;
  const units = ["bytes", "KiB", "MiB", "GiB", "TiB"];
  let unit = 0;
  for (; n >= 1024 && unit < 4; unit++) n /= 1024;
  return `${n.toFixed(n < 100 ? 1 : 0)} ${units[unit]}`;
}

function some(n, noun) { return `${NUMBERS.format(n)} ${noun}${n === 1 ? "" : "s"}`; }

function hex(address) { return `heap+0x${address.toString(16)}`; }

function percent(part) { return `${(100 * part).toFixed(1)} %`; }

function nameOf(ops, op) {
  const kind = KINDS[ops.kind[op]], size = ops.bytes[op];
  if (ops.kind[op] === FREE) return ops.id[op] === ops.none ? "free(NULL)" : `free(block ${ops.id[op]})`;
  const asked = size >= 2 ** 53 ? "huge" : NUMBERS.format(size);
  return ops.kind[op] === REALLOC ? `realloc(block ${ops.id[op]}, ${asked})`
    : ops.kind[op] === CALLOC ? `calloc of ${asked}` : `malloc(${asked})`;
}

// "line 12: malloc(100) returned heap+0x10 as block 3"
function explainCall(h, op) {
  const { ops } = h, call = `line ${ops.line[op]}: ${nameOf(ops, op)}`;
  if (ops.kind[op] === FREE) return call;
  if (ops.wild[op]) return `${call} returned a pointer outside the heap`;
  if (ops.offset[op] === NONE) return `${call} returned NULL`;
  return `${call} returned ${hex(ops.offset[op])}${ops.kind[op] === REALLOC ? "" : ` as block ${ops.id[op]}`}`;
}

// What the free memory around a freed block says about coalescing.
function explainFree(h, op) {
  const { blocks, gaps } = h, time = op + 1, block = h.blockOf(op);
  if (block === NONE) return "";
  const gap = h.find(gaps, time, blocks.start[block]);
  if (gap === NONE) return "";
  const left = gaps.open[gap] < blocks.start[block] - h.tag - h.alignment + 1;
  const right = gaps.shut[gap] > blocks.stop[block] + h.tag + h.alignment - 1;
  const around = left && right ? "Free memory lay on both sides of it"
    : left ? "Free memory lay below it" : right ? "Free memory lay above it"
      : "Neither neighbour was free";
  return `${around}; the hole is now ${bytes(gaps.free[gap])} long.`;
}

function explainGrowth(h, op) {
  const time = op + 1, grown = h.brk[time] - h.brk[op], hole = h.hole[op];
  const rose = `The break rose by ${bytes(grown)}`;
  if (h.holes[op] === 0) return `${rose}; no hole was free.`;
  const held = `${some(h.holes[op], "hole")} held ${bytes(h.free[op])}`;
  return hole >= h.ops.bytes[op] + h.tag
    ? `${rose}, though a hole of ${bytes(hole)} was long enough (${held}).`
    : `${rose}: ${held}, but the longest only ${bytes(hole)}.`;
}

function explainPlace(h, op) {
  const gap = h.find(h.gaps, op, h.ops.offset[op]);
  if (gap === NONE || h.gaps.free[gap] === 0) return "";
  const rest = h.gaps.free[gap] - h.ops.bytes[op];
  return `It lies in what was a hole of ${bytes(h.gaps.free[gap])}` +
    (rest >= 0 && rest < h.tag + h.alignment ? ", and fills it." : ".");
}

function explainMove(h, op) {
  const block = h.blockOf(op), from = block === NONE ? NONE : h.blocks.origin[block];
  if (from === NONE) return "";
  const before = h.blocks.start[from], now = h.blocks.start[block];
  return before === now ? "The payload stayed in its place."
    : `The payload moved from ${hex(before)}: its bytes were copied.`;
}

// The sentences that follow the call; the state before is that of time `op`.
function explainEffect(h, op) {
  if (h.ops.kind[op] === FREE) return explainFree(h, op);
  if (h.ops.offset[op] === NONE) return "";
  const parts = [explainMove(h, op)];
  if (h.brk[op + 1] > h.brk[op]) parts.push(explainGrowth(h, op));
  else if (parts[0] === "") parts.push(explainPlace(h, op));
  return parts.filter(Boolean).join(" ");
}

// A block's life, for the tooltip.
function explainBlock(h, i) {
  const { blocks, ops } = h, size = blocks.stop[i] - blocks.start[i];
  const end = blocks.to[i], made = blocks.made[i];
  const lines = [`block ${blocks.id[i]}: ${bytes(size)}`,
    `${hex(blocks.start[i])}..0x${Math.max(blocks.start[i], blocks.stop[i] - 1).toString(16)}`,
    `made by ${nameOf(ops, made)} at line ${ops.line[made]} (operation ${made + 1})`];
  if (blocks.origin[i] !== NONE) lines.push("it held the bytes of an older payload (realloc)");
  if (end > h.end) lines.push("live to the end");
  else
    lines.push(`ended by ${KINDS[ops.kind[end - 1]]} at line ${ops.line[end - 1]} ` +
      `(operation ${end}): it lived for ${NUMBERS.format(end - blocks.from[i])} operations`);
  return lines;
}

function explainGap(h, i, time) {
  const { gaps } = h, from = gaps.from[i];
  if (gaps.free[i] === 0)
    return [`overhead: ${bytes(gaps.stop[i] - gaps.start[i])} between payloads`,
      `${hex(gaps.start[i])}..0x${(gaps.stop[i] - 1).toString(16)}`];
  return [`free: a hole of ${bytes(gaps.free[i])}`,
    `${hex(gaps.open[i])}..0x${(gaps.shut[i] - 1).toString(16)}`,
    `like this for ${NUMBERS.format(time - from + 1)} operations`];
}

function explainTitle(h) {
  return `${h.log.trace} on ${h.log.submission}`;
}

function summary(h) {
  const t = h.end;
  return `${NUMBERS.format(h.end)} of ${NUMBERS.format(h.log.in_trace)} operations, ` +
    `${NUMBERS.format(h.blocks.count)} payloads; peak payload ${bytes(h.peakLive[t])}, ` +
    `peak heap ${bytes(h.peakBreak[t])}: utilization ${percent(h.useSoFar(t))}`;
}

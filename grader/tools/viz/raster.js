// raster.js - many rectangles on few pixels, each pixel the exact mean of what it covers.
//
// A pixel of the map may stand for thousands of operations and of bytes. Rectangles are
// added as differences along x (where one begins, where it ends); one running sum per row
// then gives every pixel the fraction of its area that is covered. The cost is that of the
// rectangles plus that of the pixels, however long the trace is.

class Raster {
  constructor(width, height, layers) {
    this.width = width;
    this.height = height;
    this.stride = width + 2;
    this.layers = Array.from({ length: layers }, () => new Float32Array(this.stride * height));
  }

  // From x0 to x1, from y0 to y1, in pixels; parts outside are cut off.
  add(layer, x0, x1, y0, y1) {
    x0 = Math.max(0, x0);
    x1 = Math.min(this.width, x1);
    y0 = Math.max(0, y0);
    y1 = Math.min(this.height, y1);
    if (x1 <= x0 || y1 <= y0) return;
    const values = this.layers[layer], i0 = Math.floor(x0), i1 = Math.floor(x1);
    const f0 = x0 - i0, f1 = x1 - i1, last = Math.min(this.height - 1, Math.ceil(y1) - 1);
    for (let y = Math.floor(y0); y <= last; y++) {
      const part = Math.min(y + 1, y1) - Math.max(y, y0), row = y * this.stride;
      values[row + i0] += part * (1 - f0);
      values[row + i0 + 1] += part * f0;
      values[row + i1] -= part * (1 - f1);
      values[row + i1 + 1] -= part * f1;
    }
  }

  // Mixes the layers' colours ([r, g, b]) over a ground colour per pixel, ground(x, y).
  paint(context, colours, ground) {
    const { width, height, layers } = this, image = context.createImageData(width, height);
    const sums = new Float64Array(layers.length), out = image.data;
    for (let y = 0, o = 0; y < height; y++) {
      sums.fill(0);
      for (let x = 0; x < width; x++, o += 4) {
        let rest = 1, r = 0, g = 0, b = 0;
        for (let k = 0; k < layers.length; k++) {
          const c = Math.min(rest, Math.max(0, sums[k] += layers[k][y * this.stride + x]));
          r += c * colours[k][0];
          g += c * colours[k][1];
          b += c * colours[k][2];
          rest -= c;
        }
        const under = ground(x, y);
        out[o] = r + rest * under[0];
        out[o + 1] = g + rest * under[1];
        out[o + 2] = b + rest * under[2];
        out[o + 3] = 255;
      }
    }
    context.putImageData(image, 0, 0);
  }
}

// The colours of the page, which depend on light and dark; kept until that changes.
const palettes = {};

function palette() {
  const theme = document.documentElement.dataset.theme;
  return palettes[theme] ??= readPalette();
}

function readPalette() {
  const style = getComputedStyle(document.documentElement);
  const read = {};
  const text = (name) => read[name] ??= style.getPropertyValue(`--${name}`).trim();
  const triple = (name) => [1, 3, 5].map((i) => parseInt(text(name).slice(i, i + 2), 16));
  return { text, triple };
}

// Makes a canvas as sharp as the screen; returns its size in device pixels and the ratio.
function fitCanvas(canvas) {
  const ratio = window.devicePixelRatio || 1, box = canvas.getBoundingClientRect();
  const width = Math.max(1, Math.round(box.width * ratio));
  const height = Math.max(1, Math.round(box.height * ratio));
  if (canvas.width !== width || canvas.height !== height) {
    canvas.width = width;
    canvas.height = height;
  }
  return { width, height, ratio };
}

"""Pages as they are read: on a phone, by day and by night."""

import contextlib

SIZE = {"width": 390, "height": 800, "deviceScaleFactor": 1, "mobile": True}


@contextlib.contextmanager
def held(browser, scheme):
    """The browser is a phone's for a while; `scheme` is light or dark."""
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia",
                            {"features": [{"name": "prefers-color-scheme", "value": scheme}]})
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", SIZE)
    try:
        yield
    finally:
        browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": []})
        browser.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})


# Looks at the page as it is shown, and lists what breaks a rule of WCAG 2.1 AA.
FAULTS = r"""
function rgb(text) { return (text.match(/[\d.]+/g) || []).map(Number); }
function light(c) {
  const [r, g, b] = c.slice(0, 3).map(v => { v /= 255; return v <= .04 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4; });
  return .2126 * r + .7152 * g + .0722 * b;
}
function ground(e) {
  for (; e; e = e.parentElement) {
    const c = rgb(getComputedStyle(e).backgroundColor);
    if (c.length === 3 || c[3] > 0) return c;
  }
  return [255, 255, 255];
}
const faults = [];
for (const e of document.querySelectorAll("body *")) {
  const own = [...e.childNodes].some(n => n.nodeType === 3 && n.textContent.trim());
  if (!own || !e.getClientRects().length || e.closest("script, style, title, desc, .hide, .skip")) continue;
  const style = getComputedStyle(e);
  const ink = rgb(e instanceof SVGElement ? style.fill : style.color);
  const [a, b] = [light(ink), light(ground(e))].sort((x, y) => y - x);
  if ((a + .05) / (b + .05) < 4.5) faults.push("contrast " + e.tagName + "." + e.className + " " + e.textContent.slice(0, 20));
}
for (const e of document.querySelectorAll("svg[role=img]"))
  if (!e.querySelector("title") || !e.querySelector("desc")) faults.push("svg without words");
for (const e of document.querySelectorAll("table"))
  if (!e.querySelector("caption") || [...e.querySelectorAll("thead th")].some(h => h.scope !== "col")) faults.push("table");
for (const e of document.querySelectorAll("input, select"))
  if (!e.labels.length) faults.push("field without a label");
if (document.documentElement.lang !== "en" || document.querySelectorAll("h1").length !== 1) faults.push("lang or h1");
if (document.documentElement.scrollWidth > document.documentElement.clientWidth) faults.push("wider than the window");
return faults;
"""

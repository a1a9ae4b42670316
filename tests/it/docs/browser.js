"use strict";
// A colour of computed styles as red, green, blue and alpha.
const colour = text => {
  const numbers = text.match(/[\d.]+/g).map(Number);
  return numbers.length === 3 ? [...numbers, 1] : numbers;
};
const luminance = ([red, green, blue]) => {
  const linear = [red, green, blue].map(part => part / 255)
    .map(part => part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4);
  return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2];
};
const contrast = (one, other) => {
  const [low, high] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (high + 0.05) / (low + 0.05);
};
const measure = frame => {
  const page = frame.contentDocument, view = frame.contentWindow, said = [];
  const say = text => said.push(`${frame.name}: ${text}`);
  const ground = element => {
    for (let at = element; at; at = at.parentElement) {
      const found = colour(view.getComputedStyle(at).backgroundColor);
      if (found[3] === 1) return found;
    }
    return [255, 255, 255, 1];
  };
  const isDark = luminance(ground(page.body)) < 0.2;
  if (isDark !== frame.name.startsWith("dark")) say(`is ${isDark ? "" : "not "}dark`);
  const over = page.documentElement.scrollWidth - view.innerWidth;
  if (over > 0) say(`${over} px wider than the screen`);
  const walker = page.createTreeWalker(page.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const text = walker.currentNode.textContent.trim(), element = walker.currentNode.parentElement;
    if (!text || element.tagName === "SCRIPT" || !element.getClientRects().length) continue;
    const style = view.getComputedStyle(element), size = parseFloat(style.fontSize);
    const ratio = contrast(colour(style.color), ground(element));
    const least = size >= 24 || size >= 18.66 && style.fontWeight >= 700 ? 3 : 4.5;
    if (ratio < least) say(`contrast ${ratio.toFixed(1)} of "${text}"`);
    if (size < 12) say(`small text "${text}"`);
  }
  for (const axis of page.querySelectorAll(".x, .y, .scale")) {
    const labels = [...axis.querySelectorAll("span")].filter(label => label.getClientRects().length);
    labels.forEach((label, at) => labels.slice(at + 1).forEach(other => {
      const [a, b] = [label.getBoundingClientRect(), other.getBoundingClientRect()];
      if (a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom)
        say(`"${label.textContent}" overlaps "${other.textContent}"`);
    }));
  }
  for (const link of page.querySelectorAll("a[href]")) {
    const target = link.getAttribute("href");
    if (!target.startsWith("#") || !page.getElementById(target.slice(1))) say(`no target ${target}`);
  }
  for (const element of page.querySelectorAll("[title], svg title"))
    say(`only a pointer shows "${element.getAttribute("title") || element.textContent}"`);
  return said;
};
addEventListener("load", () => {
  const said = [...document.querySelectorAll("iframe")].flatMap(measure);
  document.getElementById("said").textContent = JSON.stringify(said);
});

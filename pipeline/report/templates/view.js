"use strict";
// The page view: one capture line by line, with a filter by label, a search, and the next doubtful line.
(() => {
  const CHUNK = 200;
  const data = JSON.parse(document.getElementById("data").textContent);
  const select = document.getElementById("capture");
  const list = document.getElementById("lines");
  const labels = document.getElementById("labels");
  const search = document.getElementById("search");
  const status = document.getElementById("status");
  const said = document.getElementById("said");
  let hits = [];
  let hit = -1;
  let doubt = null;

  const element = (name, className, text) => {
    const made = document.createElement(name);
    if (className) made.className = className;
    if (text !== undefined) made.textContent = text;
    return made;
  };

  const lineOf = ([number, item, label, reason, doubtful, parts]) => {
    const line = element("div", `line l-${label}${doubtful ? " doubtful" : ""}`);
    line.dataset.label = label;
    line.setAttribute("role", "listitem");
    line.tabIndex = -1;
    line.append(element("span", "at", number));
    const what = element("p", "what");
    for (let at = 0; at < parts.length; at += 2) {
      const kind = { "=": "span", "-": "del", "+": "ins" }[parts[at]];
      what.append(element(kind, "", parts[at + 1]));
    }
    const why = element("span", "why");
    why.append(element("b", "", label), `: ${data.reasons[reason]}`);
    line.append(what, why);
    return line;
  };

  const show = () => {
    const capture = data.captures[select.value];
    list.replaceChildren();
    doubt = null;
    status.textContent = capture.status;
    let frame = null;
    let framed = 0;
    let chunk = null;
    capture.lines.forEach((line, at) => {
      if (at % CHUNK === 0) {
        chunk = element("div", "chunk");
        chunk.setAttribute("role", "presentation");
        list.append(chunk);
        framed = 0;
      }
      const item = capture.items > 1 ? line[1] : 0;
      if (item && item !== framed) {
        frame = element("div", "item");
        frame.setAttribute("role", "presentation");
        frame.append(element("div", "item-name", `item ${item}`));
        frame.firstChild.setAttribute("role", "presentation");
        chunk.append(frame);
      }
      framed = item;
      (item ? frame : chunk).append(lineOf(line));
    });
    const counts = new Map();
    for (const line of capture.lines) counts.set(line[2], (counts.get(line[2]) || 0) + 1);
    const legend = labels.querySelector("legend");
    labels.replaceChildren(legend);
    for (const [label, count] of [...counts].sort()) {
      const box = element("input");
      box.type = "checkbox";
      box.checked = true;
      box.value = label;
      const around = element("label", `l-${label}`);
      around.append(box, ` ${label} ${count}`);
      labels.append(around);
    }
    filter();
  };

  const filter = () => {
    const shown = new Set([...labels.querySelectorAll("input:checked")].map((box) => box.value));
    for (const line of list.querySelectorAll(".line")) line.hidden = !shown.has(line.dataset.label);
    for (const frame of list.querySelectorAll(".item")) {
      frame.hidden = !frame.querySelector(".line:not([hidden])");
    }
    find();
  };

  const find = () => {
    for (const line of list.querySelectorAll(".found")) line.classList.remove("found");
    const wanted = search.value.trim().toLowerCase();
    hit = -1;
    hits = !wanted ? [] : [...list.querySelectorAll(".line:not([hidden])")].filter((line) =>
      line.textContent.toLowerCase().includes(wanted));
    said.textContent = wanted ? `${hits.length} lines found` : "";
  };

  const go = (line) => {
    list.querySelectorAll(".here").forEach((each) => each.classList.remove("here"));
    line.classList.add("here");
    line.scrollIntoView({ block: "center" });
    line.focus({ preventScroll: true });
  };

  const nextHit = () => {
    if (!hits.length) return;
    hit = (hit + 1) % hits.length;
    go(hits[hit]);
    said.textContent = `${hit + 1} of ${hits.length} lines found`;
  };

  const nextDoubt = () => {
    const doubts = [...list.querySelectorAll(".doubtful:not([hidden])")];
    const after = doubts.indexOf(doubt) + 1;
    if (after < doubts.length) {
      doubt = doubts[after];
      go(doubt);
      said.textContent = `doubtful line ${after + 1} of ${doubts.length} in this capture`;
      return;
    }
    const places = data.captures.map((each, at) => at);
    const here = Number(select.value);
    const next = [...places.slice(here + 1), ...places.slice(0, here + 1)].find((at) =>
      data.captures[at].lines.some((line) => line[4]));
    if (next === undefined) {
      said.textContent = "no line is doubtful";
      return;
    }
    select.value = next;
    show();
    doubt = list.querySelector(".doubtful");
    if (doubt) go(doubt);
    said.textContent = `doubtful line 1 in ${data.captures[next].source}`;
  };

  const open = (source, number) => {
    const at = data.captures.findIndex((capture) => capture.source === source);
    if (at < 0) return false;
    select.value = at;
    show();
    const line = [...list.querySelectorAll(".line")].find((each) =>
      each.firstChild.textContent === String(number));
    if (line) go(line);
    return true;
  };

  data.captures.forEach((capture, at) => {
    const option = element("option", "", capture.source);
    option.value = at;
    select.append(option);
  });
  const known = new Set(data.captures.map((capture) => capture.source));
  for (const link of document.querySelectorAll("a[data-source]")) {
    if (!known.has(link.dataset.source)) {
      link.replaceWith(element("span", "", link.textContent));
      continue;
    }
    link.addEventListener("click", (event) => {
      event.preventDefault();
      open(link.dataset.source, link.dataset.line);
    });
  }
  select.addEventListener("change", show);
  labels.addEventListener("change", filter);
  search.addEventListener("input", find);
  search.addEventListener("keydown", (event) => { if (event.key === "Enter") nextHit(); });
  document.getElementById("next-hit").addEventListener("click", nextHit);
  document.getElementById("next-doubt").addEventListener("click", nextDoubt);
  document.getElementById("all").addEventListener("click", () => {
    const boxes = [...labels.querySelectorAll("input")];
    const every = boxes.every((box) => box.checked);
    boxes.forEach((box) => { box.checked = !every; });
    filter();
  });
  if (data.captures.length) {
    select.value = 0;
    show();
  }
})();

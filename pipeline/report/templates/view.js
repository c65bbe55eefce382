"use strict";
// The page view: one capture line by line, with a filter by label, a search, and the next doubtful line.
// What is filtered, found and gone through are the data; of a long capture only lines near the window are in the page.
(() => {
  const CHUNK = 200;
  const AT_ONCE = 2000;
  const LINE_HEIGHT = 28;
  const [NUMBER, ITEM, LABEL, REASON, DOUBTFUL, PARTS] = [0, 1, 2, 3, 4, 5];
  const data = JSON.parse(document.getElementById("data").textContent);
  const select = document.getElementById("capture");
  const list = document.getElementById("lines");
  const labels = document.getElementById("labels");
  const search = document.getElementById("search");
  const status = document.getElementById("status");
  const said = document.getElementById("said");
  const off = new Set(); // labels that are not shown, in whatever capture
  const searched = new Map(); // capture → what is searched of each of its lines
  let lines = []; // those of the capture that are shown
  let chunks = [];
  let hits = [];
  let found = new Set(); // the same, to look up
  let hit = -1;
  let doubt = -1;
  let here = -1;
  let again = null; // goes on from the line that was gone to

  const element = (name, className, text) => {
    const made = document.createElement(name);
    if (className) made.className = className;
    if (text !== undefined) made.textContent = text;
    return made;
  };
  const isShown = (line) => !off.has(line[LABEL]);
  const current = () => Number(select.value);

  const lineOf = ([number, , label, reason, doubtful, parts], at) => {
    const line = element("div", `line l-${label}${doubtful ? " doubtful" : ""}`);
    line.id = `line-${at}`;
    line.setAttribute("role", "listitem");
    line.setAttribute("aria-setsize", lines.length);
    line.setAttribute("aria-posinset", at + 1);
    line.tabIndex = -1;
    line.append(element("span", "at", number));
    const what = element("p", "what");
    what.dir = "auto";
    for (let part = 0; part < parts.length; part += 2) {
      const kind = { "=": "span", "-": "del", "+": "ins" }[parts[part]];
      what.append(element(kind, "", parts[part + 1]));
    }
    const why = element("span", "why");
    why.append(element("b", "", label), `: ${data.reasons[reason]}`);
    line.append(what, why);
    line.classList.toggle("found", found.has(at));
    line.classList.toggle("here", at === here);
    return line;
  };

  const fill = (chunk) => {
    if (!chunk || chunk.firstChild) return;
    const items = data.captures[current()].items;
    let frame = null;
    let framed = 0;
    for (let at = chunk.start; at < Math.min(chunk.start + CHUNK, lines.length); at += 1) {
      const item = items > 1 ? lines[at][ITEM] : 0;
      if (item && item !== framed) {
        const goesOn = at === chunk.start && at > 0 && lines[at - 1][ITEM] === item;
        frame = element("div", "item");
        frame.setAttribute("role", "presentation");
        frame.append(element("div", "item-name", `item ${item}${goesOn ? ", continued" : ""}`));
        frame.firstChild.setAttribute("role", "presentation");
        chunk.append(frame);
      }
      framed = item;
      (item ? frame : chunk).append(lineOf(lines[at], at));
    }
    chunk.style.minHeight = "";
  };

  const near = new IntersectionObserver((seen) => {
    for (const { isIntersecting, target } of seen) if (isIntersecting) fill(target);
  }, { rootMargin: "1500px" });

  const draw = () => {
    near.disconnect();
    lines = data.captures[current()].lines.filter(isShown);
    chunks = [];
    hits = [];
    found = new Set();
    doubt = here = -1;
    for (let start = 0; start < lines.length; start += CHUNK) {
      const chunk = element("div", "chunk");
      chunk.setAttribute("role", "presentation");
      chunk.start = start;
      chunk.style.minHeight = `${LINE_HEIGHT * Math.min(CHUNK, lines.length - start)}px`;
      chunks.push(chunk);
    }
    list.replaceChildren(...chunks);
    for (const chunk of chunks) if (lines.length <= AT_ONCE) fill(chunk); else near.observe(chunk);
    find();
  };

  const show = () => {
    const capture = data.captures[current()];
    status.textContent = capture.status;
    const counts = new Map();
    for (const line of capture.lines) counts.set(line[LABEL], (counts.get(line[LABEL]) || 0) + 1);
    labels.replaceChildren(labels.querySelector("legend"));
    for (const [label, count] of [...counts].sort()) {
      const box = element("input");
      box.type = "checkbox";
      box.checked = !off.has(label);
      box.value = label;
      const around = element("label", `l-${label}`);
      around.append(box, ` ${label} ${count.toLocaleString("en")}`);
      labels.append(around);
    }
    draw();
  };

  const filter = () => {
    for (const box of labels.querySelectorAll("input")) {
      if (box.checked) off.delete(box.value); else off.add(box.value);
    }
    draw();
  };

  const textsOf = (at) => {
    if (!searched.has(at)) {
      searched.set(at, data.captures[at].lines.map((line) => [
        line[PARTS].filter((_, part) => part % 2).join(" "), line[LABEL], data.reasons[line[REASON]],
      ].join("\n").toLowerCase()));
    }
    return searched.get(at);
  };

  const hitsIn = (at, wanted) => {
    const texts = textsOf(at);
    const places = [];
    let place = 0;
    data.captures[at].lines.forEach((line, number) => {
      if (!isShown(line)) return;
      if (texts[number].includes(wanted)) places.push(place);
      place += 1;
    });
    return places;
  };

  const wantedText = () => search.value.trim().toLowerCase();

  const find = () => {
    const wanted = wantedText();
    hit = -1;
    hits = wanted ? hitsIn(current(), wanted) : [];
    found = new Set(hits);
    for (const line of list.querySelectorAll(".found")) line.classList.remove("found");
    for (const at of hits) document.getElementById(`line-${at}`)?.classList.add("found");
    if (!wanted) {
      said.textContent = "";
      return;
    }
    const others = data.captures.filter((_, at) => at !== current() && hitsIn(at, wanted).length);
    said.textContent = `${hits.length.toLocaleString("en")} lines found`
      + (others.length ? `, and some in ${others.length} other captures` : "");
  };

  const go = (at) => {
    document.getElementById(`line-${here}`)?.classList.remove("here");
    here = at;
    const chunk = Math.floor(at / CHUNK);
    for (const each of [chunk - 1, chunk, chunk + 1]) fill(chunks[each]);
    const line = document.getElementById(`line-${at}`);
    line.classList.add("here");
    line.scrollIntoView({ block: "center", behavior: "instant" });
    line.focus({ preventScroll: true });
  };

  // The next capture, round and round, of which something holds; or -1.
  const nextCapture = (holds) => {
    const places = data.captures.map((_, at) => at);
    const next = [...places.slice(current() + 1), ...places.slice(0, current())].find(holds);
    return next === undefined ? -1 : next;
  };

  const nextHit = () => {
    const wanted = wantedText();
    if (!wanted) return;
    if (hit + 1 >= hits.length) {
      const next = nextCapture((at) => hitsIn(at, wanted).length);
      if (next >= 0) {
        select.value = next;
        show();
      }
    }
    if (!hits.length) return;
    hit = (hit + 1) % hits.length;
    go(hits[hit]);
    again = nextHit;
    said.textContent = `${hit + 1} of ${hits.length} lines found in ${data.captures[current()].source}`;
  };

  const nextDoubt = () => {
    const isDoubtful = (line) => line[DOUBTFUL] && isShown(line);
    let at = lines.findIndex((line, place) => place > doubt && isDoubtful(line));
    if (at < 0) {
      const next = nextCapture((each) => data.captures[each].lines.some(isDoubtful));
      if (next >= 0) {
        select.value = next;
        show();
      }
      at = lines.findIndex(isDoubtful);
    }
    if (at < 0) {
      said.textContent = "no line is doubtful";
      return;
    }
    go(at);
    doubt = at;
    again = nextDoubt;
    const all = lines.filter(isDoubtful);
    said.textContent = `doubtful line ${all.indexOf(lines[at]) + 1} of ${all.length} in ${data.captures[current()].source}`;
  };

  const open = (source, number) => {
    again = null;
    const capture = data.captures.findIndex((each) => each.source === source);
    if (capture < 0) return;
    select.value = capture;
    const line = data.captures[capture].lines.find((each) => each[NUMBER] === number);
    if (line) off.delete(line[LABEL]);
    show();
    if (line) go(lines.indexOf(line)); else select.scrollIntoView({ block: "center" });
  };

  data.captures.forEach((capture, at) => {
    const option = element("option", "", capture.source + (capture.title ? ` – ${capture.title}` : ""));
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
      open(link.dataset.source, Number(link.dataset.line));
    });
  }
  select.addEventListener("change", show);
  labels.addEventListener("change", filter);
  search.addEventListener("input", find);
  search.addEventListener("keydown", (event) => { if (event.key === "Enter") nextHit(); });
  list.addEventListener("keydown", (event) => { if (event.key === "Enter" && again) again(); });
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

(() => {
  const root = document.documentElement, kept = "nightshift-theme";
  const recall = () => { try { return localStorage.getItem(kept); } catch { return null; } };
  const keep = (v) => { try { localStorage.setItem(kept, v); } catch { /* a page opened from disk may not keep anything */ } };
  const dark = () => (root.dataset.theme || (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light")) === "dark";
  const button = document.querySelector("[data-toggle]");
  const name = () => { if (button) button.textContent = dark() ? "Light" : "Dark"; };
  if (recall()) root.dataset.theme = recall();
  if (button) {
    button.hidden = false; name();
    button.addEventListener("click", () => { root.dataset.theme = dark() ? "light" : "dark"; keep(root.dataset.theme); name(); });
  }
  addEventListener("beforeprint", () => document.querySelectorAll("details").forEach((d) => { d.dataset.was = d.open; d.open = true; }));
  addEventListener("afterprint", () => document.querySelectorAll("details").forEach((d) => { d.open = d.dataset.was === "true"; }));

  const shown = written(JSON.parse(document.querySelector("#formats").textContent));
  const nearest = (places, at) => {
    let low = 0, high = places.length - 1;
    while (low < high) { const mid = (low + high) >> 1; if (places[mid] < at) low = mid + 1; else high = mid; }
    return low > 0 && Math.abs(places[low - 1] - at) <= Math.abs(places[low] - at) ? low - 1 : low;
  };
  const element = (tag, kind, text) => { const e = document.createElement(tag); e.className = kind; if (text !== undefined) e.textContent = text; return e; };

  const charts = [];
  for (const figure of document.querySelectorAll("figure.chart")) {
    const plot = figure.querySelector(".plot"), source = figure.querySelector("script[type='application/json']");
    if (!plot || !source) continue;
    const data = JSON.parse(source.textContent), off = new Set();
    let cross = null, tip = null, place = -1;
    const clear = () => { cross?.remove(); tip?.remove(); cross = tip = null; };
    const show = (at, speak) => {
      clear();
      const own = data.p && data.p.length ? nearest(data.p, at) : -1;
      const x = own >= 0 ? data.p[own] : at;
      place = own;
      const rows = data.s.map((s, i) => {
        if (off.has(i)) return null;
        const k = s.p ? nearest(s.p, at) : own;
        return k < 0 || s.v[k] === null || s.v[k] === undefined ? null : { n: s.n, r: s.r, v: s.v[k], x: s.xv ? s.xv[k] : null };
      }).filter(Boolean).sort((a, b) => b.v - a.v);
      if (!rows.length) return;
      cross = element("div", "cross"); cross.style.left = x * 100 + "%";
      tip = element("div", "tip"); if (speak) tip.setAttribute("role", "status");
      const head = own >= 0 ? (data.x ? data.x[own] : shown(data.xv[own], data.xu)) : null;
      if (head) tip.append(element("b", "", head));
      for (const row of rows.slice(0, 12)) {
        const line = element("div", row.r), label = element("span", "", ""), dot = element("i", "who");
        label.append(dot, document.createTextNode(row.n));
        const value = element("span", "", (row.x === null ? "" : shown(row.x, data.xu) + " → ") + shown(row.v, data.u));
        line.append(label, value); tip.append(line);
      }
      plot.append(cross, tip);
      const wide = tip.offsetWidth, room = plot.clientWidth, left = x * room;
      tip.style.left = Math.max(-40, left + wide + 14 < room ? left + 10 : left - wide - 10) + "px";
    };
    const me = { group: plot.dataset.group, show, clear };
    const mates = () => charts.filter((c) => c === me || (me.group && c.group === me.group));
    const from = (event) => { const box = plot.getBoundingClientRect(); return Math.min(1, Math.max(0, (event.clientX - box.left) / box.width)); };
    plot.addEventListener("pointermove", (event) => mates().forEach((c) => c.show(from(event), false)));
    plot.addEventListener("pointerdown", (event) => mates().forEach((c) => c.show(from(event), false)));
    plot.addEventListener("pointerleave", () => mates().forEach((c) => c.clear()));
    plot.addEventListener("blur", () => mates().forEach((c) => c.clear()));
    plot.addEventListener("keydown", (event) => {
      const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      if (event.key === "Escape") mates().forEach((c) => c.clear());
      if (!step || !data.p?.length) return;
      event.preventDefault();
      const next = Math.min(data.p.length - 1, Math.max(0, place < 0 ? data.p.length - 1 : place + step));
      mates().forEach((c) => c.show(data.p[next], c === me));
    });
    figure.querySelectorAll(".legend li").forEach((item) => {
      const i = Number(item.dataset.i);
      item.tabIndex = 0; item.setAttribute("role", "switch"); item.setAttribute("aria-checked", "true");
      const flip = () => {
        off.has(i) ? off.delete(i) : off.add(i);
        item.classList.toggle("off", off.has(i)); item.setAttribute("aria-checked", String(!off.has(i)));
        plot.querySelectorAll(`[data-i="${i}"]`).forEach((drawn) => { drawn.style.display = off.has(i) ? "none" : ""; });
      };
      item.addEventListener("click", flip);
      item.addEventListener("keydown", (event) => { if (event.key === "Enter" || event.key === " ") { event.preventDefault(); flip(); } });
    });
    figure.classList.add("live");
    charts.push(me);
  }

  const links = [...document.querySelectorAll("nav a")];
  const seen = new IntersectionObserver((entries) => entries.forEach((entry) => {
    if (entry.isIntersecting) links.forEach((a) => a.classList.toggle("here", a.hash === "#" + entry.target.id));
  }), { rootMargin: "-20% 0px -70% 0px" });
  document.querySelectorAll("main section[id]").forEach((section) => seen.observe(section));
})();

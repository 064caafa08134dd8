/* Charts are drawn from the tables beside them: without this file the tables stand open. */
(() => {
  "use strict";
  if (!window.echarts) return;
  const token = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  const number = (cell) => parseFloat(cell.textContent.replace(/[,%]/g, "")) || 0;
  const read = (table) => ({
    heads: [...table.tHead.rows[0].cells].map((cell) => cell.textContent.trim()),
    rows: [...table.tBodies[0].rows].map((row) => ({
      name: row.cells[0].dataset.mark || row.cells[0].firstChild.textContent.trim(),
      values: [...row.cells].slice(1).map(number),
      isSmall: row.classList.contains("small-sample"),
    })),
  });
  const axis = () => ({ axisLine: { lineStyle: { color: token("--line-2") } }, axisLabel: { color: token("--ink-2"), fontSize: 13 }, axisTick: { show: false }, splitLine: { lineStyle: { color: token("--line") } } });
  const colours = () => [token("--line-2"), token("--near-shape"), token("--act")];
  const along = (kind, told) => ({
    animation: false, textStyle: { fontFamily: getComputedStyle(document.body).fontFamily }, color: colours(),
    grid: { left: 48, right: 64, top: 16, bottom: 28 },
    xAxis: { type: "category", data: told.rows.map((row) => row.name), ...axis(), splitLine: { show: false } },
    yAxis: { type: "value", minInterval: 1, ...axis() },
    series: told.heads.slice(1).map((head, place) => ({
      name: head, type: kind, data: told.rows.map((row) => row.values[place]), symbolSize: 6, barMaxWidth: 14,
      lineStyle: { width: 3, type: place === 0 ? "dotted" : "solid" },
    })),
  });
  const rank = (told) => {
    const rows = told.rows.slice().reverse();
    const least = Math.min(100, ...rows.map((row) => row.values[0]));
    return {
      animation: false, textStyle: { fontFamily: getComputedStyle(document.body).fontFamily },
      grid: { left: 8, right: 64, top: 8, bottom: 24, containLabel: true },
      xAxis: { type: "value", min: Math.max(0, Math.floor(least / 10) * 10 - (least % 10 ? 0 : 10)), max: 100, ...axis() },
      yAxis: { type: "category", data: rows.map((row) => row.name), ...axis(), splitLine: { show: false } },
      series: [{ type: "bar", barMaxWidth: 16, label: { show: true, position: "right", color: token("--ink"), formatter: (one) => `${one.value}%` },
        data: rows.map((row) => ({ value: row.values[0], itemStyle: { color: row.isSmall ? token("--line-2") : token("--act") } })) }],
    };
  };
  const key = (box, told) => {
    const list = document.createElement("p");
    list.className = "key";
    told.heads.slice(1).forEach((head, place) => {
      const one = document.createElement("span");
      one.className = `k-${place}`; one.textContent = head; list.append(one);
    });
    box.before(list);
  };
  const draw = (box, isFirst) => {
    const table = document.getElementById(box.dataset.of);
    if (!table) return;
    const told = read(table), kind = box.dataset.chart;
    box.classList.add("is-drawn");
    if (kind === "rank") box.style.height = `${40 + 30 * Math.min(told.rows.length, 24)}px`;
    const chart = window.echarts.init(box);
    chart.setOption(kind === "rank" ? rank(told) : along(kind === "bars" ? "bar" : "line", told));
    if (kind !== "rank") key(box, told);
    if (isFirst) { const details = table.closest("details"); if (details) details.open = false; }
  };
  const drawAll = (root, isFirst) => root.querySelectorAll("[data-chart]").forEach((box) => draw(box, isFirst));
  document.querySelectorAll("[data-part]").forEach((part) => part.addEventListener("part:gone", () =>
    part.querySelectorAll("[data-chart]").forEach((box) => { const chart = window.echarts.getInstanceByDom(box); if (chart) chart.dispose(); })));
  document.addEventListener("part:new", (event) => drawAll(event.target, false));
  window.addEventListener("resize", () => document.querySelectorAll("[data-chart]").forEach((box) => { const chart = window.echarts.getInstanceByDom(box); if (chart) chart.resize(); }));
  drawAll(document, true);
})();

"use strict";

/* Draws training curves where a page has room for them; their table stays for whoever has no scripts. */
(() => {
  const FIGURES = [
    ["relativeLoss", "reconstruction term, relative to the targets' squared norm"],
    ["l0", "L0: mean number of active latents"],
    ["deadLatents", "dead latents"],
    ["varianceExplained", "variance explained"],
    ["sparsity", "sparsity term"],
    ["learningRate", "learning rate"],
  ];
  const LOOKS = 8;
  const DASHES = [[], [6, 4], [2, 3], [10, 4, 2, 4]];
  const HEIGHT = 260;
  const WIDEST = 640;

  const colour = (name) =>
    getComputedStyle(document.documentElement).getPropertyValue(name).trim();

  function lines(sites, figure) {
    return sites.flatMap((site) =>
      Object.entries(site.recipes).map(([recipe, curve]) => {
        const points = curve.points.filter((point) => Number.isFinite(point[figure]));
        return {
          name: site.site + "/" + recipe,
          data: [points.map((point) => point.step), points.map((point) => point[figure])],
        };
      })
    ).filter((line) => line.data[0].length > 0);
  }

  function options(width, title, names) {
    const axis = { stroke: colour("--quiet"), grid: { stroke: colour("--line") } };
    const series = names.map((label, i) => ({
      label,
      stroke: colour("--look-" + (i % LOOKS)),
      dash: DASHES[Math.floor(i / LOOKS) % DASHES.length],
      width: 1.5,
      spanGaps: true,
    }));
    return {
      title,
      width,
      height: HEIGHT,
      scales: { x: { time: false } },
      axes: [{ ...axis, label: "step" }, { ...axis, size: 70 }],
      series: [{ label: "step" }, ...series],
    };
  }

  /* All charts have their places before the first is drawn: it is as wide as its place. */
  function draw(box, sites) {
    const charts = FIGURES.map(([figure, title]) => ({ title, lines: lines(sites, figure) }))
      .filter((chart) => chart.lines.length > 0)
      .map((chart) => ({ ...chart, place: box.appendChild(document.createElement("div")) }));
    for (const { title, lines: found, place } of charts) {
      const data = uPlot.join(found.map((line) => line.data));
      const width = Math.min(place.clientWidth, WIDEST);
      new uPlot(options(width, title, found.map((line) => line.name)), data, place);
    }
  }

  async function load(box) {
    const answer = await fetch(box.dataset.curves, { headers: { Accept: "application/json" } });
    if (answer.ok) {
      draw(box, await answer.json());
    }
  }

  document.querySelectorAll("[data-curves]").forEach(load);
})();
